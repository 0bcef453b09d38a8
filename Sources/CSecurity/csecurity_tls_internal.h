#ifndef URA_CSECURITY_TLS_INTERNAL_H
#define URA_CSECURITY_TLS_INTERNAL_H
/* What the TLS files of the shim have in common; never seen by Swift. */
#include "csecurity_internal.h"
#include "csecurity_tls.h"
#include <openssl/ssl.h>

/** More handshake output than any honest handshake makes: certificate lists are limited to half of it. */
#define URA_TLS_MAXIMUM_PENDING (256 * 1024)
#define URA_TLS_MAXIMUM_CERTIFICATES (64 * 1024)

struct ura_tls_context {
    SSL_CTX *ctx;
};

struct ura_tls_session {
    SSL_SESSION *session;
};

struct ura_tls {
    SSL *ssl;
    /** Windows into buffers of the caller; empty between calls. */
    const uint8_t *input;
    size_t input_left;
    uint8_t *sealed;
    size_t sealed_room, sealed_count;
    /** Output without a window. Once something is in it, all later output goes there, so that the order holds. */
    uint8_t *pending;
    size_t pending_count, pending_room;
    SSL_SESSION *session;
    int has_failed;
    char alert[64];
    char failure[256];
};

/** The BIO method that reads and writes the windows; NULL where there is no memory. */
const BIO_METHOD *ura_tls_windows(void);

/** Set on a context: remember a client's session, and note alerts. */
int ura_tls_remember_session(SSL *ssl, SSL_SESSION *session);
void ura_tls_note_alert(const SSL *ssl, int where, int value);

#endif
