#ifndef URA_CSECURITY_CRYPTO_H
#define URA_CSECURITY_CRYPTO_H
/*
 * Buffers, digests, encryption and keys of OpenSSL 3 behind opaque structs and plain buffers. Here and in the other headers of
 * the shim every function is safe to call from several threads at once, also with the same object where it is passed as const.
 */
#include <stddef.h>
#include <stdint.h>

typedef enum ura_status {
    URA_OK = 0,
    /** The bytes are not what they should be. */
    URA_MALFORMED,
    /** Well-formed, but of a kind that is not accepted here. */
    URA_UNSUPPORTED,
    /** The library could not do it: no memory, provider missing, wrong passphrase. See ura_last_error. */
    URA_FAILED,
} ura_status;

/** Bytes that the caller owns and gives back with ura_buffer_release. */
typedef struct ura_buffer {
    uint8_t *bytes;
    size_t length;
} ura_buffer;

/** Wipes and frees; leaves the buffer empty. */
void ura_buffer_release(ura_buffer *buffer);

/** Overwrites secrets in a way that the compiler keeps. */
void ura_wipe(void *bytes, size_t length);

/** OpenSSL's reason for the last failure on this thread as NUL-terminated text; empties the thread's error queue. */
void ura_last_error(char *text, size_t capacity);

/* ---- digests and secrets ---- */

typedef enum ura_digest { URA_SHA1 = 0, URA_SHA256, URA_SHA384, URA_SHA512 } ura_digest;

typedef struct ura_digest_state ura_digest_state;

/** `output` has room for the digest's length (at most 64 bytes). */
ura_status ura_digest_compute(ura_digest digest, const uint8_t *bytes, size_t length, uint8_t *output);
ura_digest_state *ura_digest_state_new(ura_digest digest);
ura_digest_state *ura_digest_state_copy(const ura_digest_state *state);
ura_status ura_digest_state_update(ura_digest_state *state, const uint8_t *bytes, size_t length);
/** Writes the digest and starts anew. */
ura_status ura_digest_state_finish(ura_digest_state *state, uint8_t *output);
void ura_digest_state_release(ura_digest_state *state);

ura_status ura_random(uint8_t *output, size_t length);

/** AES-256-GCM: key 32 bytes, nonce 12, tag 16. `output` has the input's length. */
ura_status ura_gcm_seal(
    const uint8_t *key, const uint8_t *nonce, const uint8_t *aad, size_t aad_length, const uint8_t *plain, size_t length,
    uint8_t *output, uint8_t *tag);
/** URA_MALFORMED where the tag does not fit; `output` is wiped then. */
ura_status ura_gcm_open(
    const uint8_t *key, const uint8_t *nonce, const uint8_t *aad, size_t aad_length, const uint8_t *sealed, size_t length,
    const uint8_t *tag, uint8_t *output);

#define URA_HMAC_LENGTH 32

ura_status ura_hmac_sha256(
    const uint8_t *key, size_t key_length, const uint8_t *bytes, size_t length, uint8_t output[URA_HMAC_LENGTH]);

/** scrypt (RFC 7914) with N = `cost` (a power of two), r = `block_size`, p = `parallelism`; takes 128 * N * r bytes of memory. */
ura_status ura_scrypt(
    const uint8_t *passphrase, size_t passphrase_length, const uint8_t *salt, size_t salt_length, uint32_t cost,
    uint32_t block_size, uint32_t parallelism, uint8_t *output, size_t length);

/* ---- keys ---- */

/** A public key or a key pair. */
typedef struct ura_key ura_key;

typedef enum ura_key_type {
    URA_KEY_OTHER = 0,
    URA_KEY_RSA,
    URA_KEY_P256,
    URA_KEY_P384,
    URA_KEY_P521,
    /** To make one. Described as URA_KEY_OTHER, so that it is accepted only by the functions that name it. */
    URA_KEY_ED25519,
} ura_key_type;

typedef struct ura_key_facts {
    ura_key_type type;
    int bits;
    /** RSA: odd, at least 3, at most 64 bits, so that verification time is bounded. */
    int exponent_is_sound;
} ura_key_facts;

/** The longest signature of any accepted key: RSA with 8192 bits. */
#define URA_MAXIMUM_SIGNATURE 1024

/** How an ECDSA signature is written: r and s at fixed length (RFC 4050, XML signatures) or as a DER sequence (X.509, Java). */
typedef enum ura_ecdsa_form { URA_ECDSA_FIXED = 0, URA_ECDSA_DER } ura_ecdsa_form;

/** `bits` counts for RSA only. */
ura_status ura_key_generate(ura_key_type type, int bits, ura_key **key);
/** PKCS#8 (plain or encrypted) or the older PEM forms. */
ura_status ura_key_read_private(
    const uint8_t *pem, size_t length, const uint8_t *passphrase, size_t passphrase_length, ura_key **key);
/** PKCS#8 as PEM under AES-256-CBC with a key by PBKDF2-HMAC-SHA-256, 600,000 rounds. */
ura_status ura_key_write_private(const ura_key *key, const uint8_t *passphrase, size_t passphrase_length, ura_buffer *pem);
/** DER of a SubjectPublicKeyInfo. */
ura_status ura_key_read_public(const uint8_t *der, size_t length, ura_key **key);
ura_status ura_key_write_public(const ura_key *key, ura_buffer *der);
ura_status ura_key_describe(const ura_key *key, ura_key_facts *facts);
/** `signature` has room for URA_MAXIMUM_SIGNATURE bytes. RSA is PKCS#1 v1.5. */
ura_status ura_key_sign(
    const ura_key *key, ura_digest digest, ura_ecdsa_form form, const uint8_t *bytes, size_t length, uint8_t *signature,
    size_t *signature_length);
/** 1 only where the signature is right. */
int ura_key_verifies(
    const ura_key *key, ura_digest digest, ura_ecdsa_form form, const uint8_t *bytes, size_t length, const uint8_t *signature,
    size_t signature_length);
void ura_key_release(ura_key *key);

/* ---- Ed25519 ---- */

#define URA_ED25519_KEY 32
#define URA_ED25519_SIGNATURE 64

/** `bytes` has room for URA_ED25519_KEY. URA_UNSUPPORTED where the key is of another kind. */
ura_status ura_ed25519_public(const ura_key *key, uint8_t *bytes);
/** `signature` has room for URA_ED25519_SIGNATURE. URA_UNSUPPORTED where the key is of another kind. */
ura_status ura_ed25519_sign(const ura_key *key, const uint8_t *bytes, size_t length, uint8_t *signature);
/** 1 only where the signature is right. Key and signature have their fixed lengths. */
int ura_ed25519_verifies(const uint8_t *public_key, const uint8_t *bytes, size_t length, const uint8_t *signature);

#endif
