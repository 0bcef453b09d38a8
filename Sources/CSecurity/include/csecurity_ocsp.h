#ifndef URA_CSECURITY_OCSP_H
#define URA_CSECURITY_OCSP_H
/* Certificate status: OCSP responses, requests and a responder's answers (RFC 6960). */
#include "csecurity_certificates.h"

/* ---- OCSP responses ---- */

/** The BasicOCSPResponse in a successful OCSPResponse. */
typedef struct ura_ocsp_response ura_ocsp_response;

typedef struct ura_ocsp_response_facts {
    int64_t produced_at;
    /** Single responses, certificates. */
    int responses;
    int certificates;
    int has_critical_extension;
    /** ura_digest of the responder's signature; -1 for any other. */
    int signature_digest;
} ura_ocsp_response_facts;

typedef enum ura_ocsp_status { URA_OCSP_GOOD = 0, URA_OCSP_REVOKED, URA_OCSP_UNKNOWN } ura_ocsp_status;

typedef struct ura_ocsp_single {
    ura_ocsp_status status;
    int64_t revoked_at;
    int64_t this_update;
    int has_next_update;
    int64_t next_update;
    int has_critical_extension;
} ura_ocsp_single;

/** `response` stays NULL where `response_status` (RFC 6960 4.2.1) is not 0. */
ura_status ura_ocsp_response_parse(const uint8_t *der, size_t length, int *response_status, ura_ocsp_response **response);
ura_status ura_ocsp_response_describe(const ura_ocsp_response *response, ura_ocsp_response_facts *facts);
/** The responder as its name's DER or the SHA-1 of its key, and which of the two. */
ura_status ura_ocsp_response_responder(const ura_ocsp_response *response, ura_buffer *identity, int *is_name);
int ura_ocsp_response_is_by(const ura_ocsp_response *response, const ura_certificate *responder);
int ura_ocsp_response_verifies(const ura_ocsp_response *response, const ura_certificate *responder);
ura_status ura_ocsp_response_certificate(const ura_ocsp_response *response, int index, ura_buffer *der);
ura_status ura_ocsp_response_single(const ura_ocsp_response *response, int index, ura_ocsp_single *single);
/** 1 where the single response's certificate id is this certificate by this issuer. */
int ura_ocsp_response_concerns(
    const ura_ocsp_response *response, int index, const ura_certificate *certificate, const ura_certificate *issuer);
void ura_ocsp_response_release(ura_ocsp_response *response);

/* ---- OCSP requests and answers ---- */

typedef struct ura_ocsp_request ura_ocsp_request;
typedef struct ura_ocsp_answer ura_ocsp_answer;

/** A request for one certificate with SHA-1 hashes, which every responder knows; with a random nonce (RFC 8954) where asked. */
ura_status ura_ocsp_request_encode(
    const ura_certificate *certificate, const ura_certificate *issuer, int with_nonce, ura_buffer *der);
ura_status ura_ocsp_request_parse(const uint8_t *der, size_t length, ura_ocsp_request **request);
int ura_ocsp_request_count(const ura_ocsp_request *request);
/** Serial number in decimal digits. */
ura_status ura_ocsp_request_serial(const ura_ocsp_request *request, int index, ura_buffer *decimal);
/** 1 where the question is about a certificate of this issuer. */
int ura_ocsp_request_concerns(const ura_ocsp_request *request, int index, const ura_certificate *issuer);
/** 1 where the response carries the request's nonce, or neither has one. */
int ura_ocsp_request_nonce_matches(const ura_ocsp_request *request, const ura_ocsp_response *response);
void ura_ocsp_request_release(ura_ocsp_request *request);

/** An answer that repeats the request's nonce. */
ura_ocsp_answer *ura_ocsp_answer_new(const ura_ocsp_request *request);
/** States `single` on the certificate that the request's question `index` is about. */
ura_status ura_ocsp_answer_add(
    ura_ocsp_answer *answer, const ura_ocsp_request *request, int index, const ura_ocsp_single *single);
/** Signs with SHA-256 and encodes as a successful response that includes the signer's certificate. */
ura_status ura_ocsp_answer_sign(
    ura_ocsp_answer *answer, const ura_certificate *signer, const ura_key *key, int64_t produced_at, ura_buffer *der);
/** A response without an answer: any status but successful. */
ura_status ura_ocsp_answer_refuse(int response_status, ura_buffer *der);
void ura_ocsp_answer_release(ura_ocsp_answer *answer);

#endif
