/* Requests for time-stamps and what comes back (RFC 3161 2.4). The token in a response is left as it is. */
#include "csecurity_internal.h"
#include "csecurity_timestamps.h"
#include <limits.h>
#include <openssl/err.h>
#include <openssl/ts.h>
#include <string.h>

enum { MAXIMUM_TEXTS = 8, FAILURE_BITS = 32 };

static int set_imprint(TS_REQ *request, ura_digest digest, const uint8_t *imprint, size_t length) {
    TS_MSG_IMPRINT *stamped = TS_MSG_IMPRINT_new();
    X509_ALGOR *algorithm = X509_ALGOR_new();
    const EVP_MD *method = ura_digest_method(digest);
    int set = stamped != NULL && algorithm != NULL && method != NULL && length == (size_t)EVP_MD_get_size(method)
              && X509_ALGOR_set0(algorithm, OBJ_nid2obj(EVP_MD_get_type(method)), V_ASN1_NULL, NULL) == 1
              && TS_MSG_IMPRINT_set_algo(stamped, algorithm) == 1
              && TS_MSG_IMPRINT_set_msg(stamped, (unsigned char *)imprint, (int)length) == 1
              && TS_REQ_set_msg_imprint(request, stamped) == 1;
    X509_ALGOR_free(algorithm);
    TS_MSG_IMPRINT_free(stamped);
    return set;
}

static int set_nonce(TS_REQ *request, const uint8_t *nonce, size_t length) {
    if (length == 0) return 1;
    BIGNUM *number = length > INT_MAX ? NULL : BN_bin2bn(nonce, (int)length, NULL);
    ASN1_INTEGER *integer = number == NULL ? NULL : BN_to_ASN1_INTEGER(number, NULL);
    int set = integer != NULL && TS_REQ_set_nonce(request, integer) == 1;
    ASN1_INTEGER_free(integer);
    BN_free(number);
    return set;
}

ura_status ura_timestamp_request_encode(
    ura_digest digest, const uint8_t *imprint, size_t imprint_length, const uint8_t *nonce, size_t nonce_length,
    ura_buffer *der) {
    uint8_t *bytes = NULL;
    int length = 0;
    ERR_clear_error();
    TS_REQ *request = TS_REQ_new();
    if (request != NULL && TS_REQ_set_version(request, 1) == 1 && set_imprint(request, digest, imprint, imprint_length)
        && set_nonce(request, nonce, nonce_length) && TS_REQ_set_cert_req(request, 1) == 1)
        length = i2d_TS_REQ(request, &bytes);
    TS_REQ_free(request);
    return ura_buffer_adopt(der, bytes, length) ? URA_OK : URA_FAILED;
}

static ura_status collect_texts(const STACK_OF(ASN1_UTF8STRING) *texts, ura_buffer *values) {
    BIO *output = BIO_new(BIO_s_mem());
    int complete = output != NULL;
    for (int index = 0; complete && index < sk_ASN1_UTF8STRING_num(texts) && index < MAXIMUM_TEXTS; index++) {
        const ASN1_UTF8STRING *text = sk_ASN1_UTF8STRING_value(texts, index);
        complete = ura_values_append(output, ASN1_STRING_get0_data(text), ASN1_STRING_length(text));
    }
    return output == NULL ? URA_FAILED : ura_values_collect(output, complete, values);
}

/** PKIStatusInfo, from an element of the response's sequence. */
static ura_status read_status(const ASN1_TYPE *element, ura_timestamp_response *response) {
    if (element->type != V_ASN1_SEQUENCE) return URA_MALFORMED;
    const uint8_t *der = element->value.sequence->data;
    TS_STATUS_INFO *information = d2i_TS_STATUS_INFO(NULL, &der, element->value.sequence->length);
    int64_t status = 0;
    ura_status result = URA_MALFORMED;
    if (information != NULL && ASN1_INTEGER_get_int64(&status, TS_STATUS_INFO_get0_status(information)) == 1 && status >= 0
        && status <= INT_MAX) {
        const ASN1_BIT_STRING *failure = TS_STATUS_INFO_get0_failure_info(information);
        response->status = (int)status;
        for (int bit = 0; failure != NULL && bit < FAILURE_BITS; bit++)
            if (ASN1_BIT_STRING_get_bit(failure, bit)) response->failure |= (uint32_t)1 << bit;
        result = collect_texts(TS_STATUS_INFO_get0_text(information), &response->texts);
    }
    TS_STATUS_INFO_free(information);
    return result;
}

ura_status ura_timestamp_response_parse(const uint8_t *der, size_t length, ura_timestamp_response *response) {
    const uint8_t *end = der;
    ERR_clear_error();
    memset(response, 0, sizeof *response);
    if (length > LONG_MAX) return URA_MALFORMED;
    ASN1_SEQUENCE_ANY *elements = d2i_ASN1_SEQUENCE_ANY(NULL, &end, (long)length);
    int count = elements == NULL || end != der + length ? 0 : sk_ASN1_TYPE_num(elements);
    ura_status status = count == 1 || count == 2 ? read_status(sk_ASN1_TYPE_value(elements, 0), response) : URA_MALFORMED;
    if (status == URA_OK && count == 2) {
        const ASN1_TYPE *token = sk_ASN1_TYPE_value(elements, 1);
        if (token->type != V_ASN1_SEQUENCE) status = URA_MALFORMED;
        else if (!ura_buffer_assign(&response->token, token->value.sequence->data, (size_t)token->value.sequence->length))
            status = URA_FAILED;
    }
    sk_ASN1_TYPE_pop_free(elements, ASN1_TYPE_free);
    return status;
}

void ura_timestamp_response_release(ura_timestamp_response *response) {
    ura_buffer_release(&response->texts);
    ura_buffer_release(&response->token);
}
