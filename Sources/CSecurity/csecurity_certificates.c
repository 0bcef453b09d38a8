/* X.509 certificates (RFC 5280): parse and describe. */
#include "csecurity_internal.h"
#include <limits.h>
#include <openssl/err.h>
#include <openssl/x509v3.h>
#include <string.h>

enum { MAXIMUM_VALUES = 16 };

void ura_certificate_release(ura_certificate *certificate) {
    if (certificate == NULL) return;
    X509_free(certificate->x509);
    OPENSSL_free(certificate);
}

ura_status ura_certificate_parse(const uint8_t *der, size_t length, ura_certificate **certificate) {
    const uint8_t *end = der;
    ERR_clear_error();
    if (length > LONG_MAX) return URA_MALFORMED;
    X509 *x509 = d2i_X509(NULL, &end, (long)length);
    if (x509 == NULL) return URA_MALFORMED;
    /* Fills the extension cache now, so that the certificate is never changed while threads share it. */
    int sound = end == der + length && X509_check_purpose(x509, -1, 0) == 1
                && (X509_get_extension_flags(x509) & EXFLAG_INVALID) == 0;
    ura_certificate *parsed = sound ? OPENSSL_zalloc(sizeof *parsed) : NULL;
    if (parsed == NULL) {
        X509_free(x509);
        return URA_MALFORMED;
    }
    parsed->x509 = x509;
    *certificate = parsed;
    return URA_OK;
}

/** OpenSSL keeps KeyUsage as the two bytes of the bit string; RFC 5280 counts bits from the top of the first. */
static int32_t key_usage_bits(X509 *x509) {
    uint32_t flags = X509_get_key_usage(x509);
    if (flags == UINT32_MAX) return -1;
    int32_t bits = 0;
    for (int bit = 0; bit < 8; bit++)
        if (flags & (0x80u >> bit)) bits |= 1 << bit;
    if (flags & KU_DECIPHER_ONLY) bits |= 1 << 8;
    return bits;
}

ura_status ura_certificate_describe(const ura_certificate *certificate, ura_certificate_facts *facts) {
    X509 *x509 = certificate->x509;
    int digest = NID_undef;
    ERR_clear_error();
    memset(facts, 0, sizeof *facts);
    if (!ura_seconds(X509_get0_notBefore(x509), &facts->not_before) || !ura_seconds(X509_get0_notAfter(x509), &facts->not_after))
        return URA_MALFORMED;
    uint32_t flags = X509_get_extension_flags(x509);
    facts->key_usage = key_usage_bits(x509);
    facts->is_authority = (flags & EXFLAG_BCONS) && (flags & EXFLAG_CA);
    facts->is_self_signed = (flags & EXFLAG_SS) != 0;
    facts->signature_digest = X509_get_signature_info(x509, &digest, NULL, NULL, NULL) == 1 ? ura_digest_from_nid(digest) : -1;
    ERR_clear_error();
    return URA_OK;
}

ura_status ura_certificate_key(const ura_certificate *certificate, ura_key **key) {
    ERR_clear_error();
    EVP_PKEY *pkey = X509_get_pubkey(certificate->x509);
    return pkey == NULL ? URA_MALFORMED : ura_key_wrap(pkey, key);
}

ura_status ura_certificate_serial(const ura_certificate *certificate, ura_buffer *decimal) {
    ERR_clear_error();
    return ura_decimal(X509_get0_serialNumber(certificate->x509), decimal);
}

static ura_status encode_name(const X509_NAME *name, ura_buffer *der) {
    uint8_t *bytes = NULL;
    ERR_clear_error();
    int length = i2d_X509_NAME(name, &bytes);
    return ura_buffer_adopt(der, bytes, length) ? URA_OK : URA_FAILED;
}

ura_status ura_certificate_subject(const ura_certificate *certificate, ura_buffer *der) {
    return encode_name(X509_get_subject_name(certificate->x509), der);
}

ura_status ura_certificate_issuer(const ura_certificate *certificate, ura_buffer *der) {
    return encode_name(X509_get_issuer_name(certificate->x509), der);
}

static int append_extended_key_usages(const X509 *x509, BIO *output) {
    EXTENDED_KEY_USAGE *usages = X509_get_ext_d2i(x509, NID_ext_key_usage, NULL, NULL);
    int written = 1;
    for (int index = 0; written && index < sk_ASN1_OBJECT_num(usages) && index < MAXIMUM_VALUES; index++) {
        char oid[64];
        int length = OBJ_obj2txt(oid, sizeof oid, sk_ASN1_OBJECT_value(usages, index), 1);
        if (length > 0 && length < (int)sizeof oid) written = ura_values_append(output, oid, length);
    }
    EXTENDED_KEY_USAGE_free(usages);
    return written;
}

static int append_ocsp_addresses(const X509 *x509, BIO *output) {
    AUTHORITY_INFO_ACCESS *access = X509_get_ext_d2i(x509, NID_info_access, NULL, NULL);
    int written = 1;
    for (int index = 0; written && index < sk_ACCESS_DESCRIPTION_num(access) && index < MAXIMUM_VALUES; index++) {
        const ACCESS_DESCRIPTION *description = sk_ACCESS_DESCRIPTION_value(access, index);
        if (OBJ_obj2nid(description->method) != NID_ad_OCSP || description->location->type != GEN_URI) continue;
        const ASN1_IA5STRING *address = description->location->d.uniformResourceIdentifier;
        written = ura_values_append(output, ASN1_STRING_get0_data(address), ASN1_STRING_length(address));
    }
    AUTHORITY_INFO_ACCESS_free(access);
    return written;
}

ura_status ura_certificate_texts(const ura_certificate *certificate, ura_certificate_text which, ura_buffer *values) {
    ERR_clear_error();
    BIO *output = BIO_new(BIO_s_mem());
    if (output == NULL) return URA_FAILED;
    int complete = which == URA_OCSP_ADDRESS ? append_ocsp_addresses(certificate->x509, output)
                                             : append_extended_key_usages(certificate->x509, output);
    return ura_values_collect(output, complete, values);
}

int ura_certificate_is_issued_by(const ura_certificate *certificate, const ura_certificate *issuer) {
    ERR_clear_error();
    EVP_PKEY *pkey = X509_get0_pubkey(issuer->x509);
    int issued = pkey != NULL && X509_NAME_cmp(X509_get_issuer_name(certificate->x509), X509_get_subject_name(issuer->x509)) == 0
                 && X509_verify(certificate->x509, pkey) == 1;
    ERR_clear_error();
    return issued;
}
