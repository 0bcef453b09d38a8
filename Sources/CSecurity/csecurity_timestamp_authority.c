/* Answers of a time-stamping authority (RFC 3161 2.4.2). */
#include "csecurity_internal.h"
#include "csecurity_timestamps.h"
#include <limits.h>
#include <openssl/err.h>
#include <openssl/ts.h>

/** Milliseconds are what the clock gives. */
enum { CLOCK_DIGITS = 3 };

static ASN1_INTEGER *give_serial(TS_RESP_CTX *context, void *data) {
    const ura_timestamp_plan *plan = data;
    (void)context;
    BIGNUM *number = plan->serial_length > 20 ? NULL : BN_bin2bn(plan->serial, (int)plan->serial_length, NULL);
    ASN1_INTEGER *serial = number == NULL ? NULL : BN_to_ASN1_INTEGER(number, NULL);
    BN_free(number);
    return serial;
}

static int give_time(TS_RESP_CTX *context, void *data, long *seconds, long *microseconds) {
    const ura_timestamp_plan *plan = data;
    (void)context;
    *seconds = (long)(plan->generated_at / 1000);
    *microseconds = (long)(plan->generated_at % 1000) * 1000;
    return 1;
}

static int add_digests(TS_RESP_CTX *context) {
    return TS_RESP_CTX_add_md(context, ura_digest_method(URA_SHA256)) == 1
           && TS_RESP_CTX_add_md(context, ura_digest_method(URA_SHA384)) == 1
           && TS_RESP_CTX_add_md(context, ura_digest_method(URA_SHA512)) == 1;
}

ura_status ura_timestamp_answer(
    const uint8_t *request, size_t length, const ura_timestamp_plan *plan, const ura_certificate *signer, const ura_key *key,
    ura_buffer *der) {
    uint8_t *bytes = NULL;
    int written = 0;
    ERR_clear_error();
    TS_RESP_CTX *context = TS_RESP_CTX_new();
    ASN1_OBJECT *policy = OBJ_txt2obj(plan->policy, 1);
    BIO *input = length > INT_MAX ? NULL : BIO_new_mem_buf(request, (int)length);
    if (context != NULL && policy != NULL && input != NULL && TS_RESP_CTX_set_signer_cert(context, signer->x509) == 1
        && TS_RESP_CTX_set_signer_key(context, key->pkey) == 1
        && TS_RESP_CTX_set_signer_digest(context, ura_digest_method(URA_SHA512)) == 1
        && TS_RESP_CTX_set_ess_cert_id_digest(context, ura_digest_method(URA_SHA256)) == 1
        && TS_RESP_CTX_set_def_policy(context, policy) == 1 && add_digests(context)
        && TS_RESP_CTX_set_accuracy(context, plan->accuracy_seconds, 0, 0) == 1
        && TS_RESP_CTX_set_clock_precision_digits(context, CLOCK_DIGITS) == 1) {
        TS_RESP_CTX_set_serial_cb(context, give_serial, (void *)plan);
        TS_RESP_CTX_set_time_cb(context, give_time, (void *)plan);
        TS_RESP *response = TS_RESP_create_response(context, input);
        written = response == NULL ? 0 : i2d_TS_RESP(response, &bytes);
        TS_RESP_free(response);
    }
    BIO_free(input);
    ASN1_OBJECT_free(policy);
    TS_RESP_CTX_free(context);
    return ura_buffer_adopt(der, bytes, written) ? URA_OK : URA_FAILED;
}
