#ifndef URA_CSECURITY_IDENTITY_H
#define URA_CSECURITY_IDENTITY_H
#include "csecurity_certificates.h"

/** Gives an OpenSSL context that another library made (libcurl's SSL_CTX) a key and its certificates, the leaf first. */
ura_status ura_context_use_identity(
    void *ssl_context, const ura_key *key, const ura_certificate *const *chain, size_t count);

#endif
