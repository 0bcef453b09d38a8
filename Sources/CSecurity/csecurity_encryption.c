/* Authenticated encryption: AES-256-GCM (NIST SP 800-38D), nonces of 96 bits, tags of 128. */
#include "csecurity_internal.h"
#include <limits.h>
#include <openssl/err.h>
#include <pthread.h>

enum { TAG_LENGTH = 16 };

static EVP_CIPHER *cipher;
static pthread_once_t fetched = PTHREAD_ONCE_INIT;

static void fetch_cipher(void) { cipher = EVP_CIPHER_fetch(NULL, "AES-256-GCM", NULL); }

/** A context ready for data, or NULL. */
static EVP_CIPHER_CTX *begin(
    const uint8_t *key, const uint8_t *nonce, const uint8_t *aad, size_t aad_length, size_t length, int sealing) {
    if (pthread_once(&fetched, fetch_cipher) != 0 || cipher == NULL || length > INT_MAX || aad_length > INT_MAX) return NULL;
    EVP_CIPHER_CTX *context = EVP_CIPHER_CTX_new();
    int written = 0;
    if (context == NULL || EVP_CipherInit_ex2(context, cipher, key, nonce, sealing, NULL) != 1
        || (aad_length > 0 && EVP_CipherUpdate(context, NULL, &written, aad, (int)aad_length) != 1)) {
        EVP_CIPHER_CTX_free(context);
        return NULL;
    }
    return context;
}

static int transform(EVP_CIPHER_CTX *context, const uint8_t *input, size_t length, uint8_t *output) {
    int written = 0;
    if (length == 0) return 1;
    return EVP_CipherUpdate(context, output, &written, input, (int)length) == 1 && (size_t)written == length;
}

ura_status ura_gcm_seal(
    const uint8_t *key, const uint8_t *nonce, const uint8_t *aad, size_t aad_length, const uint8_t *plain, size_t length,
    uint8_t *output, uint8_t *tag) {
    ERR_clear_error();
    EVP_CIPHER_CTX *context = begin(key, nonce, aad, aad_length, length, 1);
    uint8_t rest[TAG_LENGTH];
    int written = 0;
    int done = context != NULL && transform(context, plain, length, output)
               && EVP_CipherFinal_ex(context, rest, &written) == 1 && written == 0
               && EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_GET_TAG, TAG_LENGTH, tag) == 1;
    EVP_CIPHER_CTX_free(context);
    return done ? URA_OK : URA_FAILED;
}

ura_status ura_gcm_open(
    const uint8_t *key, const uint8_t *nonce, const uint8_t *aad, size_t aad_length, const uint8_t *sealed, size_t length,
    const uint8_t *tag, uint8_t *output) {
    ERR_clear_error();
    EVP_CIPHER_CTX *context = begin(key, nonce, aad, aad_length, length, 0);
    if (context == NULL) return URA_FAILED;
    uint8_t expected[TAG_LENGTH], rest[TAG_LENGTH];
    int written = 0;
    for (int index = 0; index < TAG_LENGTH; index++) expected[index] = tag[index];
    int opened = transform(context, sealed, length, output)
                 && EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_SET_TAG, TAG_LENGTH, expected) == 1
                 && EVP_CipherFinal_ex(context, rest, &written) == 1;
    EVP_CIPHER_CTX_free(context);
    if (!opened) OPENSSL_cleanse(output, length);
    return opened ? URA_OK : URA_MALFORMED;
}
