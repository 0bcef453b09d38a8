/* Ed25519 (RFC 8032): keys of 32 bytes, signatures of 64. */
#include "csecurity_internal.h"
#include <openssl/err.h>

ura_status ura_ed25519_public(const ura_key *key, uint8_t *bytes) {
    size_t length = URA_ED25519_KEY;
    ERR_clear_error();
    if (EVP_PKEY_get_id(key->pkey) != EVP_PKEY_ED25519) return URA_UNSUPPORTED;
    return EVP_PKEY_get_raw_public_key(key->pkey, bytes, &length) == 1 && length == URA_ED25519_KEY ? URA_OK : URA_FAILED;
}

ura_status ura_ed25519_sign(const ura_key *key, const uint8_t *bytes, size_t length, uint8_t *signature) {
    size_t written = URA_ED25519_SIGNATURE;
    ERR_clear_error();
    if (EVP_PKEY_get_id(key->pkey) != EVP_PKEY_ED25519) return URA_UNSUPPORTED;
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    int done = context != NULL && EVP_DigestSignInit(context, NULL, NULL, NULL, key->pkey) == 1
               && EVP_DigestSign(context, signature, &written, bytes, length) == 1 && written == URA_ED25519_SIGNATURE;
    EVP_MD_CTX_free(context);
    return done ? URA_OK : URA_FAILED;
}

int ura_ed25519_verifies(const uint8_t *public_key, const uint8_t *bytes, size_t length, const uint8_t *signature) {
    ERR_clear_error();
    EVP_PKEY *key = EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, NULL, public_key, URA_ED25519_KEY);
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    int valid = key != NULL && context != NULL && EVP_DigestVerifyInit(context, NULL, NULL, NULL, key) == 1
                && EVP_DigestVerify(context, signature, URA_ED25519_SIGNATURE, bytes, length) == 1;
    EVP_MD_CTX_free(context);
    EVP_PKEY_free(key);
    ERR_clear_error();
    return valid;
}
