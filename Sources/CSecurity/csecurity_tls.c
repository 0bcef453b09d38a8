#include "csecurity_tls_internal.h"
#include <openssl/err.h>
#include <stdio.h>
#include <string.h>

/* The error queue belongs to the thread and is shared by every connection of an event loop and by all other use of OpenSSL
 * there: it is emptied before each call and read at once after a failure. */

ura_tls *ura_tls_new(const ura_tls_context *context, const char *server_name, const ura_tls_session *session) {
    ERR_clear_error();
    ura_tls *tls = OPENSSL_zalloc(sizeof *tls);
    if (tls == NULL) return NULL;
    tls->ssl = SSL_new(context->ctx);
    const BIO_METHOD *method = ura_tls_windows();
    BIO *bio = tls->ssl == NULL || method == NULL ? NULL : BIO_new(method);
    if (bio == NULL) {
        ura_tls_release(tls);
        return NULL;
    }
    BIO_set_data(bio, tls);
    SSL_set_bio(tls->ssl, bio, bio);
    SSL_set_app_data(tls->ssl, tls);
    if (SSL_is_server(tls->ssl)) {
        SSL_set_accept_state(tls->ssl);
        return tls;
    }
    SSL_set_connect_state(tls->ssl);
    if ((server_name != NULL && !SSL_set_tlsext_host_name(tls->ssl, server_name)) ||
        (session != NULL && !SSL_set_session(tls->ssl, session->session))) {
        ura_tls_release(tls);
        return NULL;
    }
    return tls;
}

void ura_tls_release(ura_tls *tls) {
    if (tls == NULL) return;
    /* Freeing without both sides' end would make OpenSSL drop the session from the server's cache. */
    if (tls->ssl != NULL && !tls->has_failed && SSL_is_init_finished(tls->ssl)) {
        SSL_set_shutdown(tls->ssl, SSL_SENT_SHUTDOWN | SSL_RECEIVED_SHUTDOWN);
    }
    SSL_free(tls->ssl);
    SSL_SESSION_free(tls->session);
    OPENSSL_free(tls->pending);
    OPENSSL_free(tls);
}

void ura_tls_note_alert(const SSL *ssl, int where, int value) {
    ura_tls *tls = SSL_get_app_data(ssl);
    if (tls == NULL || (where & SSL_CB_ALERT) == 0 || (value & 0xff) == SSL_AD_CLOSE_NOTIFY) return;
    const char *direction = (where & SSL_CB_READ) != 0 ? "received" : "sent";
    snprintf(tls->alert, sizeof tls->alert, "%s alert %s", direction, SSL_alert_desc_string_long(value));
}

static ura_tls_result failed(ura_tls *tls) {
    unsigned long code = ERR_peek_error();
    ERR_clear_error();
    if (!tls->has_failed) {
        const char *reason = code == 0 ? NULL : ERR_reason_error_string(code);
        const char *separator = tls->alert[0] == 0 ? "" : ", ";
        snprintf(tls->failure, sizeof tls->failure, "%s%s%s", reason == NULL ? "no reason given" : reason, separator, tls->alert);
    }
    tls->has_failed = 1;
    int lacks_certificate = ERR_GET_LIB(code) == ERR_LIB_SSL && ERR_GET_REASON(code) == SSL_R_PEER_DID_NOT_RETURN_A_CERTIFICATE;
    return lacks_certificate ? URA_TLS_NO_CERTIFICATE : URA_TLS_FAILED;
}

static ura_tls_result result_of(ura_tls *tls, int returned) {
    if (returned > 0) return URA_TLS_DONE;
    switch (SSL_get_error(tls->ssl, returned)) {
    case SSL_ERROR_WANT_READ: return URA_TLS_WANTS_INPUT;
    case SSL_ERROR_ZERO_RETURN: return URA_TLS_END;
    default: return failed(tls);
    }
}

ura_tls_result ura_tls_handshake(ura_tls *tls, const uint8_t *input, size_t length, size_t *used) {
    *used = 0;
    if (tls->has_failed) return URA_TLS_FAILED;
    ERR_clear_error();
    tls->input = input;
    tls->input_left = length;
    ura_tls_result result = result_of(tls, SSL_do_handshake(tls->ssl));
    *used = length - tls->input_left;
    tls->input = NULL;
    tls->input_left = 0;
    return result;
}

ura_tls_result ura_tls_read(
    ura_tls *tls, const uint8_t *input, size_t length, size_t *used, uint8_t *plain, size_t capacity, size_t *count) {
    *used = 0;
    *count = 0;
    if (tls->has_failed) return URA_TLS_FAILED;
    ERR_clear_error();
    tls->input = input;
    tls->input_left = length;
    ura_tls_result result = URA_TLS_DONE;
    while (*count < capacity && result == URA_TLS_DONE) {
        size_t step = 0;
        result = result_of(tls, SSL_read_ex(tls->ssl, plain + *count, capacity - *count, &step));
        *count += step;
    }
    *used = length - tls->input_left;
    tls->input = NULL;
    tls->input_left = 0;
    return result;
}

size_t ura_tls_sealed_bound(size_t length) {
    /* A record of 16 KiB grows by at most 5 (header) + 16 (IV) + 64 (MAC) + 16 (padding). */
    return length + (length / SSL3_RT_MAX_PLAIN_LENGTH + 1) * 128;
}

ura_tls_result ura_tls_write(
    ura_tls *tls, const uint8_t *plain, size_t length, uint8_t *sealed, size_t capacity, size_t *count) {
    *count = 0;
    if (tls->has_failed) return URA_TLS_FAILED;
    ERR_clear_error();
    tls->sealed = sealed;
    tls->sealed_room = capacity;
    tls->sealed_count = 0;
    ura_tls_result result = URA_TLS_DONE;
    for (size_t done = 0; done < length && result == URA_TLS_DONE;) {
        size_t step = 0;
        result = result_of(tls, SSL_write_ex(tls->ssl, plain + done, length - done, &step));
        done += step;
    }
    *count = tls->sealed_count;
    tls->sealed = NULL;
    tls->sealed_room = tls->sealed_count = 0;
    return result;
}

ura_tls_result ura_tls_close(ura_tls *tls) {
    if (tls->has_failed || !SSL_is_init_finished(tls->ssl)) return URA_TLS_FAILED;
    ERR_clear_error();
    int returned = SSL_shutdown(tls->ssl);
    return returned >= 0 ? URA_TLS_DONE : result_of(tls, returned);
}

size_t ura_tls_pending_output(const ura_tls *tls) { return tls->pending_count; }

void ura_tls_take_output(ura_tls *tls, uint8_t *output) {
    if (tls->pending_count > 0) memcpy(output, tls->pending, tls->pending_count);
    OPENSSL_free(tls->pending);
    tls->pending = NULL;
    tls->pending_count = tls->pending_room = 0;
}

const char *ura_tls_failure(const ura_tls *tls) { return tls->failure; }
const char *ura_tls_version(const ura_tls *tls) { return SSL_get_version(tls->ssl); }
const char *ura_tls_suite(const ura_tls *tls) { return SSL_get_cipher_name(tls->ssl); }
int ura_tls_is_resumed(const ura_tls *tls) { return SSL_session_reused(tls->ssl); }
