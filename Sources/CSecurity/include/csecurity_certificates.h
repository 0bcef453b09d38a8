#ifndef URA_CSECURITY_CERTIFICATES_H
#define URA_CSECURITY_CERTIFICATES_H
/* Distinguished names, X.509 certificates, their chains and requests, and how they are issued. */
#include "csecurity_crypto.h"

/* ---- distinguished names ---- */

typedef struct ura_name ura_name;

typedef struct ura_name_attribute {
    /** Index of the relative name that the attribute is part of. */
    int set;
    /** Dotted object identifier. */
    char oid[64];
    /** The value as UTF-8; empty `bytes` where it is no character string. */
    ura_buffer text;
    /** The value's DER with tag and length. */
    ura_buffer value;
} ura_name_attribute;

ura_name *ura_name_new(void);
ura_status ura_name_parse(const uint8_t *der, size_t length, ura_name **name);
/** Appends a single-valued relative name; `oid` is dotted, `text` UTF-8 of 1 to 256 bytes. */
ura_status ura_name_append(ura_name *name, const char *oid, const uint8_t *text, size_t length);
ura_status ura_name_encode(const ura_name *name, ura_buffer *der);
int ura_name_count(const ura_name *name);
ura_status ura_name_attribute_at(const ura_name *name, int index, ura_name_attribute *attribute);
void ura_name_attribute_release(ura_name_attribute *attribute);
void ura_name_release(ura_name *name);

/* ---- certificates ---- */

typedef struct ura_certificate ura_certificate;

typedef struct ura_certificate_facts {
    /** Seconds since 1970. */
    int64_t not_before;
    int64_t not_after;
    /** Bit n is set for bit n of RFC 5280's KeyUsage; -1 where the extension is absent. */
    int32_t key_usage;
    /** basicConstraints is present with cA true. */
    int is_authority;
    /** Issued under its own name, as far as names and key identifiers tell; the signature is not checked. */
    int is_self_signed;
    /** ura_digest of the certificate's signature; -1 for any other. */
    int signature_digest;
} ura_certificate_facts;

typedef enum ura_certificate_text { URA_EXTENDED_KEY_USAGE, URA_OCSP_ADDRESS } ura_certificate_text;

/** The whole of `der` is one certificate, with readable extensions and key. */
ura_status ura_certificate_parse(const uint8_t *der, size_t length, ura_certificate **certificate);
ura_status ura_certificate_describe(const ura_certificate *certificate, ura_certificate_facts *facts);
ura_status ura_certificate_key(const ura_certificate *certificate, ura_key **key);
/** Decimal digits. */
ura_status ura_certificate_serial(const ura_certificate *certificate, ura_buffer *decimal);
ura_status ura_certificate_subject(const ura_certificate *certificate, ura_buffer *der);
ura_status ura_certificate_issuer(const ura_certificate *certificate, ura_buffer *der);
/** Each value followed by a zero byte; at most 16 values are given. */
ura_status ura_certificate_texts(const ura_certificate *certificate, ura_certificate_text which, ura_buffer *values);
/** 1 where the issuer's name and key made the certificate. */
int ura_certificate_is_issued_by(const ura_certificate *certificate, const ura_certificate *issuer);
void ura_certificate_release(ura_certificate *certificate);

/* ---- chains ---- */

/** Approved authorities. Nothing of the operating system's trust store is ever used. */
typedef struct ura_trust ura_trust;

/** The longest chain: a leaf, an authority and six between them. */
#define URA_MAXIMUM_CHAIN 8

typedef enum ura_chain_failure {
    URA_CHAIN_HOLDS = 0,
    URA_CHAIN_NOT_YET_VALID,
    URA_CHAIN_EXPIRED,
    URA_CHAIN_BROKEN,
} ura_chain_failure;

typedef struct ura_chain {
    ura_chain_failure failure;
    /** Where the chain holds: its certificates, leaf first, each as index into the candidates. */
    int indexes[URA_MAXIMUM_CHAIN];
    int length;
    /** Where it does not: the candidate at fault, or -1, and OpenSSL's words. */
    int culprit;
    char reason[128];
} ura_chain;

ura_trust *ura_trust_new(void);
ura_status ura_trust_add(ura_trust *trust, const ura_certificate *anchor);
/**
 * Builds and checks a chain (RFC 5280 6.1) from the first candidate to one of the trust's anchors at an instant in seconds
 * since 1970. The candidates are the leaf, then all anchors, then untrusted certificates. Algorithms and key sizes are the
 * caller's to judge.
 */
ura_status ura_trust_verify(
    const ura_trust *trust, const ura_certificate *const *candidates, int anchors, int count, int64_t seconds, ura_chain *chain);
void ura_trust_release(ura_trust *trust);

/* ---- certificate requests and issuing ---- */

/** PKCS#10 (RFC 2986). */
typedef struct ura_request ura_request;

/**
 * `extensions` are lines `name=value` as in OpenSSL's x509v3_config(5), and must come from a program, not from a person: the
 * syntax can name files and variables.
 */
ura_status ura_request_create(
    const ura_key *key, const uint8_t *subject, size_t subject_length, const char *extensions, ura_digest digest,
    ura_buffer *der);
ura_status ura_request_parse(const uint8_t *der, size_t length, ura_request **request);
/** 1 where the request is signed with the key it asks a certificate for. */
int ura_request_is_signed(const ura_request *request);
ura_status ura_request_subject(const ura_request *request, ura_buffer *der);
ura_status ura_request_key(const ura_request *request, ura_key **key);
/** DNS names asked for as subjectAltName, each followed by a zero byte; at most 16. */
ura_status ura_request_dns_names(const ura_request *request, ura_buffer *values);
void ura_request_release(ura_request *request);

typedef struct ura_certificate_plan {
    const uint8_t *subject;
    size_t subject_length;
    /** Big-endian magnitude. */
    const uint8_t *serial;
    size_t serial_length;
    int64_t not_before;
    int64_t not_after;
    /** As for ura_request_create. */
    const char *extensions;
    ura_digest digest;
} ura_certificate_plan;

/** `issuer` NULL makes a self-signed certificate. */
ura_status ura_certificate_issue(
    const ura_certificate_plan *plan, const ura_key *subject_key, const ura_certificate *issuer, const ura_key *issuer_key,
    ura_buffer *der);

#endif
