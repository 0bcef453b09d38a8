#include "csecurity_tls_internal.h"

/* What a connection knows of its peer: certificates and, for a client, the session to resume. */

int ura_tls_peer_certificate(const ura_tls *tls, size_t index, ura_buffer *der) {
    X509 *certificate = NULL;
    if (index == 0) {
        certificate = SSL_get0_peer_certificate(tls->ssl);
    } else {
        /* On a server OpenSSL's chain leaves out the leaf, on a client it includes it. */
        STACK_OF(X509) *chain = SSL_get_peer_cert_chain(tls->ssl);
        size_t position = SSL_is_server(tls->ssl) ? index - 1 : index;
        if (chain == NULL || position >= (size_t)sk_X509_num(chain)) return 0;
        certificate = sk_X509_value(chain, (int)position);
    }
    if (certificate == NULL) return 0;
    uint8_t *bytes = NULL;
    int length = i2d_X509(certificate, &bytes);
    return ura_buffer_adopt(der, bytes, length);
}

int ura_tls_remember_session(SSL *ssl, SSL_SESSION *session) {
    ura_tls *tls = SSL_get_app_data(ssl);
    if (tls == NULL) return 0;
    SSL_SESSION_free(tls->session);
    tls->session = session;
    return 1;
}

ura_tls_session *ura_tls_take_session(ura_tls *tls) {
    if (tls->session == NULL || !SSL_SESSION_is_resumable(tls->session)) return NULL;
    ura_tls_session *taken = OPENSSL_zalloc(sizeof *taken);
    if (taken == NULL) return NULL;
    taken->session = tls->session;
    tls->session = NULL;
    return taken;
}

void ura_tls_session_release(ura_tls_session *session) {
    if (session == NULL) return;
    SSL_SESSION_free(session->session);
    OPENSSL_free(session);
}
