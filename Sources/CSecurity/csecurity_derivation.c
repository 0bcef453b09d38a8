/* Keys and tags from secrets: HMAC-SHA-256 (RFC 2104) and scrypt (RFC 7914). */
#include "csecurity_internal.h"
#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/params.h>
#include <pthread.h>

static EVP_MAC *hmac;
static pthread_once_t fetched = PTHREAD_ONCE_INIT;

static void fetch_hmac(void) { hmac = EVP_MAC_fetch(NULL, "HMAC", NULL); }

ura_status ura_hmac_sha256(
    const uint8_t *key, size_t key_length, const uint8_t *bytes, size_t length, uint8_t output[URA_HMAC_LENGTH]) {
    ERR_clear_error();
    if (pthread_once(&fetched, fetch_hmac) != 0 || hmac == NULL) return URA_UNSUPPORTED;
    EVP_MAC_CTX *context = EVP_MAC_CTX_new(hmac);
    OSSL_PARAM parameters[] = {
        OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, "SHA2-256", 0), OSSL_PARAM_construct_end()};
    size_t written = 0;
    int done = context != NULL && EVP_MAC_init(context, key, key_length, parameters) == 1
               && EVP_MAC_update(context, bytes, length) == 1
               && EVP_MAC_final(context, output, &written, URA_HMAC_LENGTH) == 1 && written == URA_HMAC_LENGTH;
    EVP_MAC_CTX_free(context);
    return done ? URA_OK : URA_FAILED;
}

ura_status ura_scrypt(
    const uint8_t *passphrase, size_t passphrase_length, const uint8_t *salt, size_t salt_length, uint32_t cost,
    uint32_t block_size, uint32_t parallelism, uint8_t *output, size_t length) {
    ERR_clear_error();
    /* What RFC 7914 needs: 128 * r * N, the blocks of p, and a little. */
    uint64_t memory = 128 * (uint64_t)block_size * ((uint64_t)cost + parallelism + 4);
    int done = EVP_PBE_scrypt(
        (const char *)passphrase, passphrase_length, salt, salt_length, cost, block_size, parallelism, memory, output, length);
    return done == 1 ? URA_OK : URA_FAILED;
}
