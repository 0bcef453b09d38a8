#ifndef URA_CSECURITY_TIMESTAMPS_H
#define URA_CSECURITY_TIMESTAMPS_H
/* Time-stamps: requests, responses, tokens and an authority's answers (RFC 3161). */
#include "csecurity_certificates.h"

/* ---- requests and responses ---- */

/** Asks for the signer's certificate too; `nonce` is a big-endian magnitude, none where it is empty. */
ura_status ura_timestamp_request_encode(
    ura_digest digest, const uint8_t *imprint, size_t imprint_length, const uint8_t *nonce, size_t nonce_length,
    ura_buffer *der);

typedef struct ura_timestamp_response {
    /** RFC 3161 2.4.2. */
    int status;
    /** Bit n is set for bit n of PKIFailureInfo. */
    uint32_t failure;
    /** What the authority says about it, as UTF-8, each text followed by a zero byte. */
    ura_buffer texts;
    /** The token's encoding as it stands in the response; empty where there is none. */
    ura_buffer token;
} ura_timestamp_response;

/** The whole of `der` is one response. */
ura_status ura_timestamp_response_parse(const uint8_t *der, size_t length, ura_timestamp_response *response);
void ura_timestamp_response_release(ura_timestamp_response *response);

/* ---- tokens ---- */

/** CMS signed data of one signer over a TSTInfo. */
typedef struct ura_timestamp_token ura_timestamp_token;

typedef struct ura_timestamp_facts {
    long version;
    /** Milliseconds since 1970. */
    int64_t generated_at;
    /** -1 where the token says nothing of it. */
    int64_t accuracy_microseconds;
    /** ura_digest of what is stamped, and in the signer's signature; -1 for any other. */
    int imprint_digest;
    int signer_digest;
    int has_critical_extension;
    int certificates;
} ura_timestamp_facts;

typedef enum ura_timestamp_field {
    URA_TIMESTAMP_IMPRINT = 0,
    /** Big-endian magnitude; empty where there is none. */
    URA_TIMESTAMP_NONCE,
    /** Decimal digits. */
    URA_TIMESTAMP_SERIAL,
    /** Dotted object identifier. */
    URA_TIMESTAMP_POLICY,
} ura_timestamp_field;

/** The whole of `der` is one token. */
ura_status ura_timestamp_token_parse(const uint8_t *der, size_t length, ura_timestamp_token **token);
ura_status ura_timestamp_token_describe(const ura_timestamp_token *token, ura_timestamp_facts *facts);
ura_status ura_timestamp_token_field(const ura_timestamp_token *token, ura_timestamp_field field, ura_buffer *value);
/** The signer as its issuer's name in DER and its serial number in digits, or as its key identifier and an empty number. */
ura_status ura_timestamp_token_signer(const ura_timestamp_token *token, ura_buffer *identity, ura_buffer *serial);
ura_status ura_timestamp_token_certificate(const ura_timestamp_token *token, int index, ura_buffer *der);
/** 1 where the token names this certificate as its signer. */
int ura_timestamp_token_is_by(const ura_timestamp_token *token, const ura_certificate *signer);
/** 1 where the signed attribute of RFC 2634 5.4 or RFC 5035 3 binds the token to this certificate. */
int ura_timestamp_token_binds(const ura_timestamp_token *token, const ura_certificate *signer);
/** 1 where the certificate's key signed the TSTInfo, as such and by its digest. Trust in the certificate is the caller's to judge. */
int ura_timestamp_token_verifies(const ura_timestamp_token *token, const ura_certificate *signer);
void ura_timestamp_token_release(ura_timestamp_token *token);

/** 1 where the only purpose of the certificate's key is to sign time-stamps, and that is critical (RFC 3161 2.3). */
int ura_certificate_is_for_timestamps(const ura_certificate *certificate);

/* ---- answers of an authority ---- */

typedef struct ura_timestamp_plan {
    /** Dotted object identifier. */
    const char *policy;
    /** Big-endian magnitude. */
    const uint8_t *serial;
    size_t serial_length;
    /** Milliseconds since 1970. */
    int64_t generated_at;
    int accuracy_seconds;
} ura_timestamp_plan;

/** The signed response to a request, or a refusal where it cannot be read or asks for what is not offered. */
ura_status ura_timestamp_answer(
    const uint8_t *request, size_t length, const ura_timestamp_plan *plan, const ura_certificate *signer, const ura_key *key,
    ura_buffer *der);

#endif
