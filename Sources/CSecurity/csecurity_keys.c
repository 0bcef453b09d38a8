/* Keys: make, read, write, describe. */
#include "csecurity_internal.h"
#include <limits.h>
#include <openssl/bio.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/pkcs12.h>
#include <openssl/rand.h>
#include <openssl/rsa.h>
#include <string.h>

enum { PBKDF2_ROUNDS = 600000, SALT_LENGTH = 16, IV_LENGTH = 16, MAXIMUM_EXPONENT_BITS = 64 };

ura_status ura_key_wrap(EVP_PKEY *pkey, ura_key **key) {
    ura_key *wrapped = OPENSSL_zalloc(sizeof *wrapped);
    if (wrapped == NULL) {
        EVP_PKEY_free(pkey);
        return URA_FAILED;
    }
    wrapped->pkey = pkey;
    *key = wrapped;
    return URA_OK;
}

void ura_key_release(ura_key *key) {
    if (key == NULL) return;
    EVP_PKEY_free(key->pkey);
    OPENSSL_free(key);
}

ura_status ura_key_generate(ura_key_type type, int bits, ura_key **key) {
    EVP_PKEY *pkey = NULL;
    ERR_clear_error();
    switch (type) {
    case URA_KEY_RSA: pkey = bits < 2048 || bits > 8192 ? NULL : EVP_RSA_gen((unsigned)bits); break;
    case URA_KEY_P256: pkey = EVP_EC_gen("P-256"); break;
    case URA_KEY_P384: pkey = EVP_EC_gen("P-384"); break;
    case URA_KEY_P521: pkey = EVP_EC_gen("P-521"); break;
    case URA_KEY_ED25519: pkey = EVP_PKEY_Q_keygen(NULL, NULL, "ED25519"); break;
    default: return URA_UNSUPPORTED;
    }
    return pkey == NULL ? URA_FAILED : ura_key_wrap(pkey, key);
}

typedef struct passphrase {
    const uint8_t *bytes;
    size_t length;
} passphrase;

static int give_passphrase(char *buffer, int size, int writing, void *context) {
    const passphrase *secret = context;
    (void)writing;
    if (size < 0 || secret->length > (size_t)size) return -1;
    memcpy(buffer, secret->bytes, secret->length);
    return (int)secret->length;
}

ura_status ura_key_read_private(
    const uint8_t *pem, size_t length, const uint8_t *secret, size_t secret_length, ura_key **key) {
    passphrase given = {secret_length > 0 ? secret : (const uint8_t *)"", secret_length};
    ERR_clear_error();
    if (length > INT_MAX) return URA_MALFORMED;
    BIO *input = BIO_new_mem_buf(pem, (int)length);
    if (input == NULL) return URA_FAILED;
    EVP_PKEY *pkey = PEM_read_bio_PrivateKey(input, NULL, give_passphrase, &given);
    BIO_free(input);
    return pkey == NULL ? URA_MALFORMED : ura_key_wrap(pkey, key);
}

/** The key as EncryptedPrivateKeyInfo, or NULL. */
static X509_SIG *encrypt(const EVP_PKEY *pkey, const uint8_t *secret, size_t secret_length) {
    uint8_t salt[SALT_LENGTH], iv[IV_LENGTH];
    X509_SIG *encrypted = NULL;
    X509_ALGOR *scheme = NULL;
    PKCS8_PRIV_KEY_INFO *plain = EVP_PKEY2PKCS8(pkey);
    if (plain != NULL && RAND_bytes(salt, sizeof salt) == 1 && RAND_bytes(iv, sizeof iv) == 1)
        scheme = PKCS5_pbe2_set_iv(EVP_aes_256_cbc(), PBKDF2_ROUNDS, salt, sizeof salt, iv, NID_hmacWithSHA256);
    if (scheme != NULL) encrypted = PKCS8_set0_pbe((const char *)secret, (int)secret_length, plain, scheme);
    if (encrypted == NULL) X509_ALGOR_free(scheme);
    PKCS8_PRIV_KEY_INFO_free(plain);
    return encrypted;
}

ura_status ura_key_write_private(const ura_key *key, const uint8_t *secret, size_t secret_length, ura_buffer *pem) {
    ERR_clear_error();
    if (secret_length == 0 || secret_length > PEM_BUFSIZE) return URA_UNSUPPORTED;
    X509_SIG *encrypted = encrypt(key->pkey, secret, secret_length);
    BIO *output = BIO_new(BIO_s_mem());
    char *text = NULL;
    long length = 0;
    if (encrypted != NULL && output != NULL && PEM_write_bio_PKCS8(output, encrypted) == 1)
        length = BIO_get_mem_data(output, &text);
    int written = length > 0 && ura_buffer_assign(pem, text, (size_t)length);
    BIO_free(output);
    X509_SIG_free(encrypted);
    return written ? URA_OK : URA_FAILED;
}

ura_status ura_key_read_public(const uint8_t *der, size_t length, ura_key **key) {
    const uint8_t *end = der;
    ERR_clear_error();
    if (length > LONG_MAX) return URA_MALFORMED;
    EVP_PKEY *pkey = d2i_PUBKEY(NULL, &end, (long)length);
    if (pkey == NULL) return URA_MALFORMED;
    if (end != der + length) {
        EVP_PKEY_free(pkey);
        return URA_MALFORMED;
    }
    return ura_key_wrap(pkey, key);
}

ura_status ura_key_write_public(const ura_key *key, ura_buffer *der) {
    uint8_t *bytes = NULL;
    ERR_clear_error();
    int length = i2d_PUBKEY(key->pkey, &bytes);
    return ura_buffer_adopt(der, bytes, length) ? URA_OK : URA_FAILED;
}

static int exponent_is_sound(const EVP_PKEY *pkey) {
    BIGNUM *exponent = NULL;
    if (EVP_PKEY_get_bn_param(pkey, OSSL_PKEY_PARAM_RSA_E, &exponent) != 1) return 0;
    int sound = BN_is_odd(exponent) && !BN_is_one(exponent) && BN_num_bits(exponent) <= MAXIMUM_EXPONENT_BITS;
    BN_free(exponent);
    return sound;
}

/** Named curves only: parameters spelled out in the key are refused, whatever curve they describe (RFC 5480 2.1.1). */
static ura_key_type curve_of(const EVP_PKEY *pkey) {
    char name[32];
    int explicit_parameters = 1;
    if (EVP_PKEY_get_int_param(pkey, OSSL_PKEY_PARAM_EC_DECODED_FROM_EXPLICIT_PARAMS, &explicit_parameters) != 1
        || explicit_parameters || EVP_PKEY_get_group_name(pkey, name, sizeof name, NULL) != 1)
        return URA_KEY_OTHER;
    switch (OBJ_txt2nid(name)) {
    case NID_X9_62_prime256v1: return URA_KEY_P256;
    case NID_secp384r1: return URA_KEY_P384;
    case NID_secp521r1: return URA_KEY_P521;
    default: return URA_KEY_OTHER;
    }
}

ura_status ura_key_describe(const ura_key *key, ura_key_facts *facts) {
    ERR_clear_error();
    memset(facts, 0, sizeof *facts);
    facts->bits = EVP_PKEY_get_bits(key->pkey);
    if (EVP_PKEY_is_a(key->pkey, "RSA")) {
        facts->type = URA_KEY_RSA;
        facts->exponent_is_sound = exponent_is_sound(key->pkey);
    } else if (EVP_PKEY_is_a(key->pkey, "EC")) {
        facts->type = curve_of(key->pkey);
    }
    return URA_OK;
}
