#ifndef URA_CSECURITY_INTERNAL_H
#define URA_CSECURITY_INTERNAL_H
/* What the shim's C files share; never seen by Swift. */
#include "csecurity_certificates.h"
#include "csecurity_crypto.h"
#include "csecurity_ocsp.h"
#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/ocsp.h>
#include <openssl/x509.h>

struct ura_key {
    EVP_PKEY *pkey;
};

struct ura_certificate {
    X509 *x509;
};

struct ura_name {
    X509_NAME *name;
};

struct ura_ocsp_response {
    OCSP_BASICRESP *basic;
};

/** The digest as fetched once for the process; NULL where no provider has it. */
const EVP_MD *ura_digest_method(ura_digest digest);

/** The ura_digest of a NID, or -1. */
int ura_digest_from_nid(int nid);

/** A copy of `length` bytes in `buffer`; 0 where there is no memory. */
int ura_buffer_assign(ura_buffer *buffer, const void *bytes, size_t length);

/** Takes what an i2d function wrote to memory of OpenSSL's; `length` is that function's result. */
int ura_buffer_adopt(ura_buffer *buffer, uint8_t *der, int length);

/** Appends a value and its zero byte; 1 also where the value was left out because it is empty or holds a zero byte itself. */
int ura_values_append(BIO *values, const void *text, int length);

/** What was appended, in a buffer of its own; frees `values`. */
ura_status ura_values_collect(BIO *values, int complete, ura_buffer *buffer);

/** Decimal digits of an ASN.1 integer. */
ura_status ura_decimal(const ASN1_INTEGER *integer, ura_buffer *decimal);

/** Takes over the reference to `pkey`, also on failure. */
ura_status ura_key_wrap(EVP_PKEY *pkey, ura_key **key);

/** Seconds since 1970 of an ASN.1 time; 0 where it cannot be read. */
int ura_seconds(const ASN1_TIME *time, int64_t *seconds);

#endif
