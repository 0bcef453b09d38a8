#include "csecurity_tls_internal.h"
#include <openssl/crypto.h>
#include <string.h>

/* A BIO over the windows of a ura_tls: no socket, no copy of ciphertext on the way in, one encryption straight into the caller's
 * buffer on the way out. */

static int windows_read(BIO *bio, char *destination, size_t length, size_t *count) {
    ura_tls *tls = BIO_get_data(bio);
    BIO_clear_retry_flags(bio);
    if (tls->input_left == 0) {
        BIO_set_retry_read(bio);
        *count = 0;
        return 0;
    }
    *count = length < tls->input_left ? length : tls->input_left;
    memcpy(destination, tls->input, *count);
    tls->input += *count;
    tls->input_left -= *count;
    return 1;
}

static int append_pending(ura_tls *tls, const char *source, size_t length) {
    if (length > URA_TLS_MAXIMUM_PENDING - tls->pending_count) return 0;
    if (tls->pending_room - tls->pending_count < length) {
        size_t room = tls->pending_room == 0 ? 4096 : tls->pending_room;
        while (room - tls->pending_count < length) room *= 2;
        uint8_t *grown = OPENSSL_realloc(tls->pending, room);
        if (grown == NULL) return 0;
        tls->pending = grown;
        tls->pending_room = room;
    }
    memcpy(tls->pending + tls->pending_count, source, length);
    tls->pending_count += length;
    return 1;
}

static int windows_write(BIO *bio, const char *source, size_t length, size_t *count) {
    ura_tls *tls = BIO_get_data(bio);
    BIO_clear_retry_flags(bio);
    *count = 0;
    if (tls->pending_count == 0 && tls->sealed_room - tls->sealed_count >= length) {
        memcpy(tls->sealed + tls->sealed_count, source, length);
        tls->sealed_count += length;
    } else if (!append_pending(tls, source, length)) {
        return 0;
    }
    *count = length;
    return 1;
}

static long windows_control(BIO *bio, int command, long number, void *pointer) {
    (void)bio, (void)number, (void)pointer;
    return command == BIO_CTRL_FLUSH;
}

static int windows_create(BIO *bio) {
    BIO_set_init(bio, 1);
    return 1;
}

static BIO_METHOD *method;

static void make_method(void) {
    BIO_METHOD *made = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "caller's buffers");
    if (made == NULL) return;
    if (BIO_meth_set_read_ex(made, windows_read) && BIO_meth_set_write_ex(made, windows_write) &&
        BIO_meth_set_ctrl(made, windows_control) && BIO_meth_set_create(made, windows_create)) {
        method = made;
    } else {
        BIO_meth_free(made);
    }
}

const BIO_METHOD *ura_tls_windows(void) {
    static CRYPTO_ONCE once = CRYPTO_ONCE_STATIC_INIT;
    return CRYPTO_THREAD_run_once(&once, make_method) ? method : NULL;
}
