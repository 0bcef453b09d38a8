/* Message digests. Each is fetched from its provider once: a fetch per call costs more than hashing a short message. */
#include "csecurity_internal.h"
#include <openssl/err.h>
#include <openssl/obj_mac.h>
#include <pthread.h>

struct ura_digest_state {
    EVP_MD_CTX *context;
    const EVP_MD *method;
};

static EVP_MD *methods[4];
static pthread_once_t fetched = PTHREAD_ONCE_INIT;

static void fetch_methods(void) {
    static const char *const names[] = {"SHA1", "SHA2-256", "SHA2-384", "SHA2-512"};
    for (int index = 0; index < 4; index++) methods[index] = EVP_MD_fetch(NULL, names[index], NULL);
}

const EVP_MD *ura_digest_method(ura_digest digest) {
    if ((int)digest < 0 || digest > URA_SHA512 || pthread_once(&fetched, fetch_methods) != 0) return NULL;
    return methods[digest];
}

int ura_digest_from_nid(int nid) {
    switch (nid) {
    case NID_sha1: return URA_SHA1;
    case NID_sha256: return URA_SHA256;
    case NID_sha384: return URA_SHA384;
    case NID_sha512: return URA_SHA512;
    default: return -1;
    }
}

ura_status ura_digest_compute(ura_digest digest, const uint8_t *bytes, size_t length, uint8_t *output) {
    const EVP_MD *method = ura_digest_method(digest);
    ERR_clear_error();
    if (method == NULL) return URA_UNSUPPORTED;
    return EVP_Digest(bytes, length, output, NULL, method, NULL) == 1 ? URA_OK : URA_FAILED;
}

ura_digest_state *ura_digest_state_new(ura_digest digest) {
    ura_digest_state *state = OPENSSL_zalloc(sizeof *state);
    ERR_clear_error();
    if (state == NULL) return NULL;
    state->method = ura_digest_method(digest);
    state->context = EVP_MD_CTX_new();
    if (state->method == NULL || state->context == NULL || EVP_DigestInit_ex2(state->context, state->method, NULL) != 1) {
        ura_digest_state_release(state);
        return NULL;
    }
    return state;
}

ura_digest_state *ura_digest_state_copy(const ura_digest_state *state) {
    ura_digest_state *copy = OPENSSL_zalloc(sizeof *copy);
    ERR_clear_error();
    if (copy == NULL) return NULL;
    copy->method = state->method;
    copy->context = EVP_MD_CTX_new();
    if (copy->context == NULL || EVP_MD_CTX_copy_ex(copy->context, state->context) != 1) {
        ura_digest_state_release(copy);
        return NULL;
    }
    return copy;
}

ura_status ura_digest_state_update(ura_digest_state *state, const uint8_t *bytes, size_t length) {
    ERR_clear_error();
    return EVP_DigestUpdate(state->context, bytes, length) == 1 ? URA_OK : URA_FAILED;
}

ura_status ura_digest_state_finish(ura_digest_state *state, uint8_t *output) {
    ERR_clear_error();
    if (EVP_DigestFinal_ex(state->context, output, NULL) != 1) return URA_FAILED;
    return EVP_DigestInit_ex2(state->context, state->method, NULL) == 1 ? URA_OK : URA_FAILED;
}

void ura_digest_state_release(ura_digest_state *state) {
    if (state == NULL) return;
    EVP_MD_CTX_free(state->context);
    OPENSSL_free(state);
}
