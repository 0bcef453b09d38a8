/* Buffers that cross to Swift, secrets and OpenSSL's error queue. */
#include "csecurity_internal.h"
#include <limits.h>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/rand.h>

void ura_buffer_release(ura_buffer *buffer) {
    OPENSSL_clear_free(buffer->bytes, buffer->length);
    buffer->bytes = NULL;
    buffer->length = 0;
}

int ura_buffer_assign(ura_buffer *buffer, const void *bytes, size_t length) {
    buffer->bytes = OPENSSL_memdup(length > 0 ? bytes : "", length > 0 ? length : 1);
    buffer->length = buffer->bytes == NULL ? 0 : length;
    return buffer->bytes != NULL;
}

int ura_buffer_adopt(ura_buffer *buffer, uint8_t *der, int length) {
    if (length <= 0 || der == NULL) {
        OPENSSL_free(der);
        return 0;
    }
    buffer->bytes = der;
    buffer->length = (size_t)length;
    return 1;
}

void ura_wipe(void *bytes, size_t length) { OPENSSL_cleanse(bytes, length); }

void ura_last_error(char *text, size_t capacity) {
    unsigned long code = ERR_peek_last_error();
    if (capacity > 0) text[0] = 0;
    if (code != 0) ERR_error_string_n(code, text, capacity);
    ERR_clear_error();
}

ura_status ura_random(uint8_t *output, size_t length) {
    ERR_clear_error();
    if (length > INT_MAX) return URA_UNSUPPORTED;
    return RAND_bytes(output, (int)length) == 1 ? URA_OK : URA_FAILED;
}
