/* Signatures: RSA PKCS#1 v1.5 and ECDSA, the latter as fixed-length r and s (RFC 4050 3.3) or DER. */
#include "csecurity_internal.h"
#include <openssl/ec.h>
#include <openssl/err.h>

/** The longest DER form of an ECDSA signature over P-521. */
enum { MAXIMUM_ECDSA_DER = 144 };

static int is_elliptic(const ura_key *key) { return EVP_PKEY_get_base_id(key->pkey) == EVP_PKEY_EC; }

/** Bytes of r and of s. */
static int scalar_length(const ura_key *key) { return (EVP_PKEY_get_bits(key->pkey) + 7) / 8; }

static int fixed_from_der(const uint8_t *der, size_t length, int scalar, uint8_t *fixed, size_t *fixed_length) {
    ECDSA_SIG *parsed = d2i_ECDSA_SIG(NULL, &der, (long)length);
    if (parsed == NULL) return 0;
    int written = BN_bn2binpad(ECDSA_SIG_get0_r(parsed), fixed, scalar) == scalar
                  && BN_bn2binpad(ECDSA_SIG_get0_s(parsed), fixed + scalar, scalar) == scalar;
    ECDSA_SIG_free(parsed);
    *fixed_length = 2 * (size_t)scalar;
    return written;
}

/** `der` has room for MAXIMUM_ECDSA_DER bytes; 0 where the signature's length is wrong or r or s is zero. */
static int der_from_fixed(const uint8_t *fixed, size_t length, int scalar, uint8_t *der) {
    if (length != 2 * (size_t)scalar) return 0;
    ECDSA_SIG *built = ECDSA_SIG_new();
    BIGNUM *r = BN_bin2bn(fixed, scalar, NULL), *s = BN_bin2bn(fixed + scalar, scalar, NULL);
    int written = 0;
    if (built == NULL || r == NULL || s == NULL || ECDSA_SIG_set0(built, r, s) != 1) {
        BN_free(r);
        BN_free(s);
    } else if (!BN_is_zero(r) && !BN_is_zero(s) && i2d_ECDSA_SIG(built, NULL) <= MAXIMUM_ECDSA_DER) {
        written = i2d_ECDSA_SIG(built, &der);
    }
    ECDSA_SIG_free(built);
    return written > 0 ? written : 0;
}

ura_status ura_key_sign(
    const ura_key *key, ura_digest digest, ura_ecdsa_form form, const uint8_t *bytes, size_t length, uint8_t *signature,
    size_t *signature_length) {
    ERR_clear_error();
    const EVP_MD *method = ura_digest_method(digest);
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    int fixed = is_elliptic(key) && form == URA_ECDSA_FIXED;
    uint8_t der[MAXIMUM_ECDSA_DER];
    uint8_t *output = fixed ? der : signature;
    size_t written = fixed ? sizeof der : URA_MAXIMUM_SIGNATURE;
    int done = method != NULL && context != NULL && EVP_DigestSignInit(context, NULL, method, NULL, key->pkey) == 1
               && EVP_DigestSign(context, output, &written, bytes, length) == 1;
    EVP_MD_CTX_free(context);
    if (!done) return URA_FAILED;
    if (fixed) return fixed_from_der(der, written, scalar_length(key), signature, signature_length) ? URA_OK : URA_FAILED;
    *signature_length = written;
    return URA_OK;
}

int ura_key_verifies(
    const ura_key *key, ura_digest digest, ura_ecdsa_form form, const uint8_t *bytes, size_t length, const uint8_t *signature,
    size_t signature_length) {
    ERR_clear_error();
    uint8_t der[MAXIMUM_ECDSA_DER];
    if (is_elliptic(key) && form == URA_ECDSA_FIXED) {
        signature_length = (size_t)der_from_fixed(signature, signature_length, scalar_length(key), der);
        signature = der;
    }
    const EVP_MD *method = ura_digest_method(digest);
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    int valid = signature_length > 0 && method != NULL && context != NULL
                && EVP_DigestVerifyInit(context, NULL, method, NULL, key->pkey) == 1
                && EVP_DigestVerify(context, signature, signature_length, bytes, length) == 1;
    EVP_MD_CTX_free(context);
    ERR_clear_error();
    return valid;
}
