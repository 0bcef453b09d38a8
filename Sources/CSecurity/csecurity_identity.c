#include "csecurity_identity.h"

#include "csecurity_internal.h"
#include <openssl/ssl.h>

ura_status ura_context_use_identity(
    void *ssl_context, const ura_key *key, const ura_certificate *const *chain, size_t count) {
    SSL_CTX *context = ssl_context;
    if (!context || !key || count == 0) return URA_FAILED;
    if (SSL_CTX_use_certificate(context, chain[0]->x509) != 1) return URA_FAILED;
    for (size_t i = 1; i < count; i++) {
        if (SSL_CTX_add1_chain_cert(context, chain[i]->x509) != 1) return URA_FAILED;
    }
    if (SSL_CTX_use_PrivateKey(context, key->pkey) != 1) return URA_FAILED;
    return SSL_CTX_check_private_key(context) == 1 ? URA_OK : URA_FAILED;
}
