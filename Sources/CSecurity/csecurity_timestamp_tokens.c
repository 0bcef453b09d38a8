/* Time-stamp tokens (RFC 3161 2.4.2) as values. What they are worth is judged in Swift. */
#include "csecurity_timestamps_internal.h"
#include <limits.h>
#include <openssl/err.h>
#include <string.h>

void ura_timestamp_token_release(ura_timestamp_token *token) {
    if (token == NULL) return;
    TS_TST_INFO_free(token->information);
    CMS_ContentInfo_free(token->cms);
    ura_buffer_release(&token->der);
    OPENSSL_free(token);
}

/** The signed content, where it is there and of its kind. */
static TS_TST_INFO *read_information(CMS_ContentInfo *cms) {
    if (OBJ_obj2nid(CMS_get0_type(cms)) != NID_pkcs7_signed || OBJ_obj2nid(CMS_get0_eContentType(cms)) != NID_id_smime_ct_TSTInfo)
        return NULL;
    ASN1_OCTET_STRING **content = CMS_get0_content(cms);
    if (content == NULL || *content == NULL) return NULL;
    const uint8_t *start = ASN1_STRING_get0_data(*content), *end = start;
    TS_TST_INFO *information = d2i_TS_TST_INFO(NULL, &end, ASN1_STRING_length(*content));
    if (information == NULL || end == start + ASN1_STRING_length(*content)) return information;
    TS_TST_INFO_free(information);
    return NULL;
}

ura_status ura_timestamp_token_parse(const uint8_t *der, size_t length, ura_timestamp_token **token) {
    const uint8_t *end = der;
    ERR_clear_error();
    if (length > LONG_MAX) return URA_MALFORMED;
    ura_timestamp_token *parsed = OPENSSL_zalloc(sizeof *parsed);
    if (parsed == NULL) return URA_FAILED;
    parsed->cms = d2i_CMS_ContentInfo(NULL, &end, (long)length);
    parsed->information = parsed->cms != NULL && end == der + length ? read_information(parsed->cms) : NULL;
    if (parsed->information == NULL || sk_CMS_SignerInfo_num(CMS_get0_SignerInfos(parsed->cms)) != 1
        || !ura_buffer_assign(&parsed->der, der, length)) {
        ura_timestamp_token_release(parsed);
        return URA_MALFORMED;
    }
    *token = parsed;
    return URA_OK;
}

CMS_SignerInfo *ura_timestamp_signer_of(CMS_ContentInfo *cms) {
    return sk_CMS_SignerInfo_value(CMS_get0_SignerInfos(cms), 0);
}

/** `YYYYMMDDhhmmss[.f…]Z` (RFC 3161 2.4.2). */
static int read_milliseconds(const ASN1_GENERALIZEDTIME *time, int64_t *milliseconds) {
    enum { FRACTION = 15 };
    const uint8_t *text = ASN1_STRING_get0_data(time);
    int length = ASN1_STRING_length(time);
    int64_t seconds = 0;
    if (length < FRACTION || text[length - 1] != 'Z' || !ura_seconds(time, &seconds)) return 0;
    *milliseconds = seconds * 1000;
    for (int digit = 0, worth = 100; digit < 3 && FRACTION + digit < length - 1; digit++, worth /= 10)
        *milliseconds += (text[FRACTION + digit] - '0') * worth;
    return 1;
}

/** 1 also where the part is absent. */
static int add_accuracy(const ASN1_INTEGER *part, int64_t maximum, int64_t microseconds, int64_t *sum) {
    int64_t value = 0;
    if (part == NULL) return 1;
    if (ASN1_INTEGER_get_int64(&value, part) != 1 || value < 0 || value > maximum) return 0;
    *sum += value * microseconds;
    return 1;
}

static int read_accuracy(TS_TST_INFO *information, int64_t *microseconds) {
    const TS_ACCURACY *accuracy = TS_TST_INFO_get_accuracy(information);
    *microseconds = accuracy == NULL ? -1 : 0;
    return accuracy == NULL
           || (add_accuracy(TS_ACCURACY_get_seconds(accuracy), INT32_MAX, 1000000, microseconds)
               && add_accuracy(TS_ACCURACY_get_millis(accuracy), 999, 1000, microseconds)
               && add_accuracy(TS_ACCURACY_get_micros(accuracy), 999, 1, microseconds));
}

static int digest_of(const X509_ALGOR *algorithm) {
    const ASN1_OBJECT *object = NULL;
    X509_ALGOR_get0(&object, NULL, NULL, algorithm);
    return ura_digest_from_nid(OBJ_obj2nid(object));
}

ura_status ura_timestamp_token_describe(const ura_timestamp_token *token, ura_timestamp_facts *facts) {
    TS_TST_INFO *information = token->information;
    X509_ALGOR *digest = NULL;
    ERR_clear_error();
    memset(facts, 0, sizeof *facts);
    if (!read_milliseconds(TS_TST_INFO_get_time(information), &facts->generated_at)
        || !read_accuracy(information, &facts->accuracy_microseconds))
        return URA_MALFORMED;
    facts->version = TS_TST_INFO_get_version(information);
    facts->imprint_digest = digest_of(TS_MSG_IMPRINT_get_algo(TS_TST_INFO_get_msg_imprint(information)));
    CMS_SignerInfo_get0_algs(ura_timestamp_signer_of(token->cms), NULL, NULL, &digest, NULL);
    facts->signer_digest = digest_of(digest);
    facts->has_critical_extension = TS_TST_INFO_get_ext_by_critical(information, 1, -1) >= 0;
    STACK_OF(X509) *certificates = CMS_get1_certs(token->cms);
    facts->certificates = certificates == NULL ? 0 : sk_X509_num(certificates);
    sk_X509_pop_free(certificates, X509_free);
    ERR_clear_error();
    return URA_OK;
}

static ura_status magnitude(const ASN1_INTEGER *integer, ura_buffer *value) {
    uint8_t bytes[64];
    if (integer == NULL) return ura_buffer_assign(value, "", 0) ? URA_OK : URA_FAILED;
    BIGNUM *number = ASN1_INTEGER_to_BN(integer, NULL);
    int sound = number != NULL && !BN_is_negative(number) && BN_num_bytes(number) <= (int)sizeof bytes;
    int length = sound ? BN_bn2bin(number, bytes) : 0;
    BN_free(number);
    if (!sound) return URA_MALFORMED;
    return ura_buffer_assign(value, bytes, (size_t)length) ? URA_OK : URA_FAILED;
}

static ura_status policy(const ASN1_OBJECT *object, ura_buffer *value) {
    char oid[128];
    int length = OBJ_obj2txt(oid, sizeof oid, object, 1);
    if (length <= 0 || length >= (int)sizeof oid) return URA_MALFORMED;
    return ura_buffer_assign(value, oid, (size_t)length) ? URA_OK : URA_FAILED;
}

ura_status ura_timestamp_token_field(const ura_timestamp_token *token, ura_timestamp_field field, ura_buffer *value) {
    TS_TST_INFO *information = token->information;
    ERR_clear_error();
    switch (field) {
    case URA_TIMESTAMP_IMPRINT: {
        const ASN1_OCTET_STRING *imprint = TS_MSG_IMPRINT_get_msg(TS_TST_INFO_get_msg_imprint(information));
        size_t length = (size_t)ASN1_STRING_length(imprint);
        return ura_buffer_assign(value, ASN1_STRING_get0_data(imprint), length) ? URA_OK : URA_FAILED;
    }
    case URA_TIMESTAMP_NONCE: return magnitude(TS_TST_INFO_get_nonce(information), value);
    case URA_TIMESTAMP_SERIAL: return ura_decimal(TS_TST_INFO_get_serial(information), value);
    case URA_TIMESTAMP_POLICY: return policy(TS_TST_INFO_get_policy_id(information), value);
    }
    return URA_UNSUPPORTED;
}

ura_status ura_timestamp_token_signer(const ura_timestamp_token *token, ura_buffer *identity, ura_buffer *serial) {
    ASN1_OCTET_STRING *key = NULL;
    X509_NAME *issuer = NULL;
    ASN1_INTEGER *number = NULL;
    uint8_t *der = NULL;
    ERR_clear_error();
    if (CMS_SignerInfo_get0_signer_id(ura_timestamp_signer_of(token->cms), &key, &issuer, &number) != 1) return URA_MALFORMED;
    if (issuer == NULL) {
        int assigned = ura_buffer_assign(identity, ASN1_STRING_get0_data(key), (size_t)ASN1_STRING_length(key));
        return assigned && ura_buffer_assign(serial, "", 0) ? URA_OK : URA_FAILED;
    }
    int length = i2d_X509_NAME(issuer, &der);
    return ura_buffer_adopt(identity, der, length) ? ura_decimal(number, serial) : URA_MALFORMED;
}

ura_status ura_timestamp_token_certificate(const ura_timestamp_token *token, int index, ura_buffer *der) {
    uint8_t *bytes = NULL;
    ERR_clear_error();
    STACK_OF(X509) *certificates = CMS_get1_certs(token->cms);
    const X509 *certificate = sk_X509_value(certificates, index);
    int length = certificate == NULL ? 0 : i2d_X509(certificate, &bytes);
    sk_X509_pop_free(certificates, X509_free);
    return ura_buffer_adopt(der, bytes, length) ? URA_OK : URA_MALFORMED;
}
