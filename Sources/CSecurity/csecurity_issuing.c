/* Certificate requests (RFC 2986) and certificates made from them. */
#include "csecurity_internal.h"
#include <limits.h>
#include <openssl/conf.h>
#include <openssl/err.h>
#include <openssl/x509v3.h>
#include <string.h>

enum { MAXIMUM_NAMES = 16 };

struct ura_request {
    X509_REQ *request;
};

/** The lines as a section named "extensions"; NULL where they cannot be read. */
static CONF *read_extensions(const char *lines) {
    long failed_line = 0;
    CONF *configuration = NCONF_new(NULL);
    BIO *text = BIO_new(BIO_s_mem());
    int read = configuration != NULL && text != NULL && BIO_printf(text, "[extensions]\n%s\n", lines) > 0
               && NCONF_load_bio(configuration, text, &failed_line) > 0;
    BIO_free(text);
    if (read) return configuration;
    NCONF_free(configuration);
    return NULL;
}

static X509_NAME *read_name(const uint8_t *der, size_t length) {
    return length > LONG_MAX ? NULL : d2i_X509_NAME(NULL, &der, (long)length);
}

static int add_request_extensions(X509_REQ *request, const char *lines) {
    if (lines[0] == 0) return 1;
    X509V3_CTX context;
    CONF *configuration = read_extensions(lines);
    if (configuration == NULL) return 0;
    X509V3_set_ctx(&context, NULL, NULL, request, NULL, 0);
    X509V3_set_nconf(&context, configuration);
    int added = X509V3_EXT_REQ_add_nconf(configuration, &context, "extensions", request) == 1;
    NCONF_free(configuration);
    return added;
}

ura_status ura_request_create(
    const ura_key *key, const uint8_t *subject, size_t subject_length, const char *extensions, ura_digest digest,
    ura_buffer *der) {
    uint8_t *bytes = NULL;
    int length = 0;
    ERR_clear_error();
    X509_REQ *request = X509_REQ_new();
    X509_NAME *name = read_name(subject, subject_length);
    if (request != NULL && name != NULL && X509_REQ_set_version(request, X509_REQ_VERSION_1) == 1
        && X509_REQ_set_subject_name(request, name) == 1 && X509_REQ_set_pubkey(request, key->pkey) == 1
        && add_request_extensions(request, extensions) && X509_REQ_sign(request, key->pkey, ura_digest_method(digest)) > 0)
        length = i2d_X509_REQ(request, &bytes);
    X509_NAME_free(name);
    X509_REQ_free(request);
    return ura_buffer_adopt(der, bytes, length) ? URA_OK : URA_FAILED;
}

ura_status ura_request_parse(const uint8_t *der, size_t length, ura_request **request) {
    const uint8_t *end = der;
    ERR_clear_error();
    if (length > LONG_MAX) return URA_MALFORMED;
    X509_REQ *parsed = d2i_X509_REQ(NULL, &end, (long)length);
    ura_request *wrapped = parsed != NULL && end == der + length ? OPENSSL_zalloc(sizeof *wrapped) : NULL;
    if (wrapped == NULL) {
        X509_REQ_free(parsed);
        return URA_MALFORMED;
    }
    wrapped->request = parsed;
    *request = wrapped;
    return URA_OK;
}

void ura_request_release(ura_request *request) {
    if (request == NULL) return;
    X509_REQ_free(request->request);
    OPENSSL_free(request);
}

int ura_request_is_signed(const ura_request *request) {
    ERR_clear_error();
    EVP_PKEY *key = X509_REQ_get0_pubkey(request->request);
    int is_signed = key != NULL && X509_REQ_verify(request->request, key) == 1;
    ERR_clear_error();
    return is_signed;
}

ura_status ura_request_subject(const ura_request *request, ura_buffer *der) {
    uint8_t *bytes = NULL;
    ERR_clear_error();
    int length = i2d_X509_NAME(X509_REQ_get_subject_name(request->request), &bytes);
    return ura_buffer_adopt(der, bytes, length) ? URA_OK : URA_FAILED;
}

ura_status ura_request_key(const ura_request *request, ura_key **key) {
    ERR_clear_error();
    EVP_PKEY *pkey = X509_REQ_get_pubkey(request->request);
    return pkey == NULL ? URA_MALFORMED : ura_key_wrap(pkey, key);
}

ura_status ura_request_dns_names(const ura_request *request, ura_buffer *values) {
    ERR_clear_error();
    BIO *output = BIO_new(BIO_s_mem());
    if (output == NULL) return URA_FAILED;
    STACK_OF(X509_EXTENSION) *extensions = X509_REQ_get_extensions(request->request);
    GENERAL_NAMES *names = X509V3_get_d2i(extensions, NID_subject_alt_name, NULL, NULL);
    int complete = 1;
    for (int index = 0; complete && index < sk_GENERAL_NAME_num(names) && index < MAXIMUM_NAMES; index++) {
        const GENERAL_NAME *name = sk_GENERAL_NAME_value(names, index);
        if (name->type == GEN_DNS)
            complete = ura_values_append(output, ASN1_STRING_get0_data(name->d.dNSName), ASN1_STRING_length(name->d.dNSName));
    }
    GENERAL_NAMES_free(names);
    sk_X509_EXTENSION_pop_free(extensions, X509_EXTENSION_free);
    return ura_values_collect(output, complete, values);
}

static int set_serial(X509 *certificate, const uint8_t *serial, size_t length) {
    BIGNUM *number = length > 20 ? NULL : BN_bin2bn(serial, (int)length, NULL);
    int set = number != NULL && BN_to_ASN1_INTEGER(number, X509_get_serialNumber(certificate)) != NULL;
    BN_free(number);
    return set;
}

static int set_validity(X509 *certificate, int64_t not_before, int64_t not_after) {
    return ASN1_TIME_set(X509_getm_notBefore(certificate), (time_t)not_before) != NULL
           && ASN1_TIME_set(X509_getm_notAfter(certificate), (time_t)not_after) != NULL;
}

static int add_extensions(X509 *certificate, X509 *issuer, const ura_key *issuer_key, const char *lines) {
    X509V3_CTX context;
    CONF *configuration = read_extensions(lines);
    if (configuration == NULL) return 0;
    X509V3_set_ctx(&context, issuer, certificate, NULL, NULL, 0);
    X509V3_set_nconf(&context, configuration);
    int added = (issuer != certificate || X509V3_set_issuer_pkey(&context, issuer_key->pkey) == 1)
                && X509V3_EXT_add_nconf(configuration, &context, "extensions", certificate) == 1;
    NCONF_free(configuration);
    return added;
}

ura_status ura_certificate_issue(
    const ura_certificate_plan *plan, const ura_key *subject_key, const ura_certificate *issuer, const ura_key *issuer_key,
    ura_buffer *der) {
    uint8_t *bytes = NULL;
    int length = 0;
    ERR_clear_error();
    X509 *certificate = X509_new();
    X509_NAME *name = read_name(plan->subject, plan->subject_length);
    X509 *signer = issuer == NULL ? certificate : issuer->x509;
    if (certificate != NULL && name != NULL && X509_set_version(certificate, X509_VERSION_3) == 1
        && set_serial(certificate, plan->serial, plan->serial_length)
        && set_validity(certificate, plan->not_before, plan->not_after) && X509_set_subject_name(certificate, name) == 1
        && X509_set_issuer_name(certificate, X509_get_subject_name(signer)) == 1
        && X509_set_pubkey(certificate, subject_key->pkey) == 1
        && add_extensions(certificate, signer, issuer_key, plan->extensions)
        && X509_sign(certificate, issuer_key->pkey, ura_digest_method(plan->digest)) > 0)
        length = i2d_X509(certificate, &bytes);
    X509_NAME_free(name);
    X509_free(certificate);
    return ura_buffer_adopt(der, bytes, length) ? URA_OK : URA_FAILED;
}
