/* ASN.1 times, numbers and lists of text as plain values. */
#include "csecurity_internal.h"
#include <openssl/err.h>
#include <string.h>

int ura_seconds(const ASN1_TIME *time, int64_t *seconds) {
    int days = 0, rest = 0;
    ASN1_TIME *epoch = ASN1_TIME_set(NULL, 0);
    int read = epoch != NULL && time != NULL && ASN1_TIME_diff(&days, &rest, epoch, time) == 1;
    ASN1_TIME_free(epoch);
    if (read) *seconds = (int64_t)days * 86400 + rest;
    return read;
}

ura_status ura_decimal(const ASN1_INTEGER *integer, ura_buffer *decimal) {
    BIGNUM *number = ASN1_INTEGER_to_BN(integer, NULL);
    char *digits = number == NULL ? NULL : BN_bn2dec(number);
    int written = digits != NULL && ura_buffer_assign(decimal, digits, strlen(digits));
    OPENSSL_free(digits);
    BN_free(number);
    return written ? URA_OK : URA_MALFORMED;
}

int ura_values_append(BIO *values, const void *text, int length) {
    if (length <= 0 || memchr(text, 0, (size_t)length) != NULL) return 1;
    return BIO_write(values, text, length) == length && BIO_write(values, "", 1) == 1;
}

ura_status ura_values_collect(BIO *values, int complete, ura_buffer *buffer) {
    char *text = NULL;
    long length = BIO_get_mem_data(values, &text);
    int written = complete && length >= 0 && ura_buffer_assign(buffer, text, (size_t)length);
    BIO_free(values);
    ERR_clear_error();
    return written ? URA_OK : URA_FAILED;
}
