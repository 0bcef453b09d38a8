/* Certificate chains to approved authorities (RFC 5280 6.1). */
#include "csecurity_internal.h"
#include <openssl/err.h>
#include <openssl/x509_vfy.h>
#include <string.h>

struct ura_trust {
    X509_STORE *store;
};

ura_trust *ura_trust_new(void) {
    ERR_clear_error();
    ura_trust *trust = OPENSSL_zalloc(sizeof *trust);
    if (trust == NULL) return NULL;
    trust->store = X509_STORE_new();
    if (trust->store != NULL) return trust;
    OPENSSL_free(trust);
    return NULL;
}

void ura_trust_release(ura_trust *trust) {
    if (trust == NULL) return;
    X509_STORE_free(trust->store);
    OPENSSL_free(trust);
}

ura_status ura_trust_add(ura_trust *trust, const ura_certificate *anchor) {
    ERR_clear_error();
    return X509_STORE_add_cert(trust->store, anchor->x509) == 1 ? URA_OK : URA_FAILED;
}

static int index_of(const X509 *x509, const ura_certificate *const *candidates, int count) {
    for (int index = 0; index < count; index++)
        if (candidates[index]->x509 == x509) return index;
    return -1;
}

static ura_chain_failure failure_of(int error) {
    switch (error) {
    case X509_V_ERR_CERT_NOT_YET_VALID: return URA_CHAIN_NOT_YET_VALID;
    case X509_V_ERR_CERT_HAS_EXPIRED: return URA_CHAIN_EXPIRED;
    default: return URA_CHAIN_BROKEN;
    }
}

/** A context for one verification: anchors need not be self-signed, and the security level leaves algorithms to the caller. */
static X509_STORE_CTX *prepare(const ura_trust *trust, X509 *leaf, STACK_OF(X509) *untrusted, int64_t seconds) {
    X509_STORE_CTX *context = X509_STORE_CTX_new();
    if (context == NULL || X509_STORE_CTX_init(context, trust->store, leaf, untrusted) != 1) {
        X509_STORE_CTX_free(context);
        return NULL;
    }
    X509_VERIFY_PARAM *parameters = X509_STORE_CTX_get0_param(context);
    X509_VERIFY_PARAM_set_time(parameters, (time_t)seconds);
    X509_VERIFY_PARAM_set_depth(parameters, URA_MAXIMUM_CHAIN - 2);
    X509_VERIFY_PARAM_set_auth_level(parameters, 0);
    X509_VERIFY_PARAM_set_flags(parameters, X509_V_FLAG_PARTIAL_CHAIN | X509_V_FLAG_TRUSTED_FIRST);
    return context;
}

static ura_status report(X509_STORE_CTX *context, const ura_certificate *const *candidates, int count, ura_chain *chain) {
    if (X509_verify_cert(context) != 1) {
        int error = X509_STORE_CTX_get_error(context);
        chain->failure = failure_of(error);
        chain->culprit = index_of(X509_STORE_CTX_get_current_cert(context), candidates, count);
        OPENSSL_strlcpy(chain->reason, X509_verify_cert_error_string(error), sizeof chain->reason);
        return URA_OK;
    }
    const STACK_OF(X509) *built = X509_STORE_CTX_get0_chain(context);
    int length = sk_X509_num(built);
    if (length < 1 || length > URA_MAXIMUM_CHAIN) return URA_FAILED;
    for (int index = 0; index < length; index++) {
        chain->indexes[index] = index_of(sk_X509_value(built, index), candidates, count);
        if (chain->indexes[index] < 0) return URA_FAILED;
    }
    chain->length = length;
    return URA_OK;
}

ura_status ura_trust_verify(
    const ura_trust *trust, const ura_certificate *const *candidates, int anchors, int count, int64_t seconds, ura_chain *chain) {
    ERR_clear_error();
    memset(chain, 0, sizeof *chain);
    chain->culprit = -1;
    STACK_OF(X509) *untrusted = sk_X509_new_null();
    int collected = untrusted != NULL && count >= 1 && anchors >= 0;
    for (int index = 1 + anchors; collected && index < count; index++)
        collected = sk_X509_push(untrusted, candidates[index]->x509) > 0;
    X509_STORE_CTX *context = collected ? prepare(trust, candidates[0]->x509, untrusted, seconds) : NULL;
    ura_status status = context == NULL ? URA_FAILED : report(context, candidates, count, chain);
    X509_STORE_CTX_free(context);
    sk_X509_free(untrusted);
    ERR_clear_error();
    return status;
}
