#include "csecurity_tls_internal.h"
#include <openssl/err.h>
#include <openssl/rand.h>

/* In place of path building (see the header). The callback of OpenSSL skips its own check of key lengths, so that is made here:
 * 112 bits of security, as security level 2 asks. */
static int accept_chain(X509_STORE_CTX *store, void *unused) {
    (void)unused;
    X509 *leaf = X509_STORE_CTX_get0_cert(store);
    EVP_PKEY *key = leaf == NULL ? NULL : X509_get0_pubkey(leaf);
    if (key != NULL && EVP_PKEY_get_security_bits(key) >= 112) return 1;
    X509_STORE_CTX_set_error(store, X509_V_ERR_EE_KEY_TOO_SMALL);
    return 0;
}

static int set_algorithms(SSL_CTX *ctx, const ura_tls_settings *settings) {
    SSL_CTX_set_security_level(ctx, 2);
    return SSL_CTX_set_min_proto_version(ctx, TLS1_2_VERSION) && SSL_CTX_set_max_proto_version(ctx, 0) &&
           SSL_CTX_set_cipher_list(ctx, settings->suites_12) && SSL_CTX_set_ciphersuites(ctx, settings->suites_13) &&
           SSL_CTX_set1_groups_list(ctx, settings->groups) &&
           SSL_CTX_set1_sigalgs_list(ctx, settings->signature_algorithms) && SSL_CTX_set_dh_auto(ctx, 1);
}

static int verify_mode(const ura_tls_settings *settings) {
    if (!settings->is_server) return SSL_VERIFY_PEER;
    switch (settings->client_certificate) {
    case URA_TLS_CERTIFICATE_NOT_ASKED: return SSL_VERIFY_NONE;
    case URA_TLS_CERTIFICATE_OPTIONAL: return SSL_VERIFY_PEER;
    case URA_TLS_CERTIFICATE_REQUIRED: break;
    }
    return SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT;
}

/* A server keeps sessions itself and hands out only their identifiers: a session is dropped by dropping the context, the peer's
 * chain stays known on resumption, and resuming costs no parsing of certificates. A session is bound to its context by a random
 * session id context, so that a new key, certificate or configuration, being a new context, starts anew. */
static int set_server_sessions(SSL_CTX *ctx, const ura_tls_settings *settings) {
    unsigned char context[SSL_MAX_SID_CTX_LENGTH];
    SSL_CTX_set_options(ctx, SSL_OP_NO_TICKET);
    if (RAND_bytes(context, sizeof context) != 1 || !SSL_CTX_set_session_id_context(ctx, context, sizeof context)) return 0;
    if (settings->session_seconds <= 0) {
        SSL_CTX_set_session_cache_mode(ctx, SSL_SESS_CACHE_OFF);
        return SSL_CTX_set_num_tickets(ctx, 0);
    }
    SSL_CTX_set_session_cache_mode(ctx, SSL_SESS_CACHE_SERVER);
    SSL_CTX_sess_set_cache_size(ctx, settings->session_count);
    SSL_CTX_set_timeout(ctx, settings->session_seconds);
    return SSL_CTX_set_num_tickets(ctx, 1);
}

static void set_client_sessions(SSL_CTX *ctx, const ura_tls_settings *settings) {
    if (settings->session_seconds <= 0) {
        SSL_CTX_set_session_cache_mode(ctx, SSL_SESS_CACHE_OFF);
        return;
    }
    SSL_CTX_set_session_cache_mode(ctx, SSL_SESS_CACHE_CLIENT | SSL_SESS_CACHE_NO_INTERNAL);
    SSL_CTX_sess_set_new_cb(ctx, ura_tls_remember_session);
}

static int configure(SSL_CTX *ctx, const ura_tls_settings *settings) {
    SSL_CTX_set_mode(
        ctx, SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER |
                 SSL_MODE_AUTO_RETRY);
    SSL_CTX_set_options(ctx, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION | SSL_OP_CIPHER_SERVER_PREFERENCE);
    SSL_CTX_set_max_cert_list(ctx, URA_TLS_MAXIMUM_CERTIFICATES);
    SSL_CTX_set_verify(ctx, verify_mode(settings), NULL);
    SSL_CTX_set_cert_verify_callback(ctx, accept_chain, NULL);
    SSL_CTX_set_info_callback(ctx, ura_tls_note_alert);
    if (!set_algorithms(ctx, settings)) return 0;
    if (settings->is_server) return set_server_sessions(ctx, settings);
    set_client_sessions(ctx, settings);
    return 1;
}

ura_status ura_tls_context_new(const ura_tls_settings *settings, ura_tls_context **context) {
    ERR_clear_error();
    ura_tls_context *made = OPENSSL_zalloc(sizeof *made);
    if (made == NULL) return URA_FAILED;
    made->ctx = SSL_CTX_new(settings->is_server ? TLS_server_method() : TLS_client_method());
    if (made->ctx == NULL || !configure(made->ctx, settings)) {
        ura_tls_context_release(made);
        return URA_UNSUPPORTED;
    }
    *context = made;
    return URA_OK;
}

static X509 *parsed(const uint8_t *der, size_t length) {
    const uint8_t *end = der;
    X509 *certificate = length > URA_TLS_MAXIMUM_CERTIFICATES ? NULL : d2i_X509(NULL, &end, (long)length);
    if (certificate != NULL && end == der + length) return certificate;
    X509_free(certificate);
    return NULL;
}

ura_status ura_tls_context_set_identity(ura_tls_context *context, const ura_key *key, const uint8_t *leaf, size_t length) {
    ERR_clear_error();
    X509 *certificate = parsed(leaf, length);
    if (certificate == NULL) return URA_MALFORMED;
    int fits = SSL_CTX_use_certificate(context->ctx, certificate) == 1 && SSL_CTX_use_PrivateKey(context->ctx, key->pkey) == 1 &&
               SSL_CTX_check_private_key(context->ctx) == 1;
    X509_free(certificate);
    return fits ? URA_OK : URA_UNSUPPORTED;
}

ura_status ura_tls_context_add_certificate(ura_tls_context *context, const uint8_t *der, size_t length) {
    ERR_clear_error();
    X509 *certificate = parsed(der, length);
    if (certificate == NULL) return URA_MALFORMED;
    int added = SSL_CTX_add1_chain_cert(context->ctx, certificate) == 1;
    X509_free(certificate);
    return added ? URA_OK : URA_UNSUPPORTED;
}

void ura_tls_context_release(ura_tls_context *context) {
    if (context == NULL) return;
    SSL_CTX_free(context->ctx);
    OPENSSL_free(context);
}
