#ifndef URA_CSECURITY_TLS_H
#define URA_CSECURITY_TLS_H
/*
 * TLS 1.2 and 1.3 of OpenSSL 3 without sockets: ciphertext goes in and comes out through plain buffers. A context is safe to use
 * from several threads; a connection belongs to one thread at a time.
 *
 * No path is built and no trust is decided here: the handshake proves only that the peer holds the key of the certificate it
 * presents, and a resumed session proves it by the earlier handshake. Who the peer is must be decided behind the handshake from
 * ura_tls_peer_certificate, for each connection.
 */
#include "csecurity_crypto.h"

typedef struct ura_tls_context ura_tls_context;
typedef struct ura_tls ura_tls;
/** What a client needs to resume an earlier session. Immutable. */
typedef struct ura_tls_session ura_tls_session;

typedef enum ura_tls_client_certificate {
    URA_TLS_CERTIFICATE_NOT_ASKED = 0,
    URA_TLS_CERTIFICATE_OPTIONAL,
    URA_TLS_CERTIFICATE_REQUIRED,
} ura_tls_client_certificate;

typedef struct ura_tls_settings {
    int is_server;
    /** OpenSSL's names, colon-separated, most wanted first. The configuration file of the machine does not change them. */
    const char *suites_12;
    const char *suites_13;
    const char *groups;
    const char *signature_algorithms;
    /** Of a server. */
    ura_tls_client_certificate client_certificate;
    /** Sessions can be resumed for so long; 0 switches resumption off. */
    long session_seconds;
    /** How many sessions a server keeps. */
    long session_count;
} ura_tls_settings;

/** Security level 2, at least TLS 1.2, no renegotiation, no compression. URA_UNSUPPORTED where OpenSSL does not know a name. */
ura_status ura_tls_context_new(const ura_tls_settings *settings, ura_tls_context **context);
/** The leaf comes first. URA_UNSUPPORTED where the key is not that of the leaf. */
ura_status ura_tls_context_set_identity(ura_tls_context *context, const ura_key *key, const uint8_t *leaf, size_t length);
ura_status ura_tls_context_add_certificate(ura_tls_context *context, const uint8_t *der, size_t length);
void ura_tls_context_release(ura_tls_context *context);

typedef enum ura_tls_result {
    URA_TLS_DONE = 0,
    /** All input is used up and more is needed. */
    URA_TLS_WANTS_INPUT,
    /** The peer said that it will send no more. */
    URA_TLS_END,
    /** The peer presented no certificate although it must. */
    URA_TLS_NO_CERTIFICATE,
    /** See ura_tls_failure. An alert for the peer may be in the pending output. */
    URA_TLS_FAILED,
} ura_tls_result;

/** `server_name` (SNI) and `session` are for clients and may be NULL. NULL where there is no memory. */
ura_tls *ura_tls_new(const ura_tls_context *context, const char *server_name, const ura_tls_session *session);
void ura_tls_release(ura_tls *tls);

/** The longest ciphertext of `length` bytes, with what may stand before it left out. */
size_t ura_tls_sealed_bound(size_t length);

/** Takes the handshake as far as `input` allows; `used` tells how much of it went. */
ura_tls_result ura_tls_handshake(ura_tls *tls, const uint8_t *input, size_t length, size_t *used);

/** Decrypts until `input` is used up or `plain` is full (URA_TLS_DONE; call again). `count` bytes are good on each result. */
ura_tls_result ura_tls_read(
    ura_tls *tls, const uint8_t *input, size_t length, size_t *used, uint8_t *plain, size_t capacity, size_t *count);

/** Encrypts all of `plain` into `sealed`, which has room for ura_tls_sealed_bound. Take the pending output before. */
ura_tls_result ura_tls_write(
    ura_tls *tls, const uint8_t *plain, size_t length, uint8_t *sealed, size_t capacity, size_t *count);

/** Puts close_notify into the pending output. */
ura_tls_result ura_tls_close(ura_tls *tls);

/** Bytes of handshake, tickets and alerts that wait to be sent. */
size_t ura_tls_pending_output(const ura_tls *tls);
/** Moves all of them to `output`, which has room. */
void ura_tls_take_output(ura_tls *tls, uint8_t *output);

/** The first failure's reason, with the alert that was sent or received. Valid while `tls` lives. */
const char *ura_tls_failure(const ura_tls *tls);

/** The peer's certificates as it sent them, leaf at 0, also on a resumed session of this context; 0 where there is none. */
int ura_tls_peer_certificate(const ura_tls *tls, size_t index, ura_buffer *der);
const char *ura_tls_version(const ura_tls *tls);
const char *ura_tls_suite(const ura_tls *tls);
int ura_tls_is_resumed(const ura_tls *tls);

/** The newest session since the last call, or NULL. For clients. */
ura_tls_session *ura_tls_take_session(ura_tls *tls);
void ura_tls_session_release(ura_tls_session *session);

#endif
