/* OCSP responses (RFC 6960 4.2) as a client reads them. What they are worth is judged in Swift. */
#include "csecurity_internal.h"
#include <limits.h>
#include <openssl/err.h>
#include <string.h>

void ura_ocsp_response_release(ura_ocsp_response *response) {
    if (response == NULL) return;
    OCSP_BASICRESP_free(response->basic);
    OPENSSL_free(response);
}

static ura_status wrap(OCSP_BASICRESP *basic, ura_ocsp_response **response) {
    ura_ocsp_response *wrapped = basic == NULL ? NULL : OPENSSL_zalloc(sizeof *wrapped);
    if (wrapped == NULL) {
        OCSP_BASICRESP_free(basic);
        return URA_MALFORMED;
    }
    wrapped->basic = basic;
    *response = wrapped;
    return URA_OK;
}

ura_status ura_ocsp_response_parse(const uint8_t *der, size_t length, int *response_status, ura_ocsp_response **response) {
    const uint8_t *end = der;
    ERR_clear_error();
    *response = NULL;
    if (length > LONG_MAX) return URA_MALFORMED;
    OCSP_RESPONSE *parsed = d2i_OCSP_RESPONSE(NULL, &end, (long)length);
    ura_status status = URA_MALFORMED;
    if (parsed != NULL && end == der + length) {
        *response_status = OCSP_response_status(parsed);
        status = *response_status == OCSP_RESPONSE_STATUS_SUCCESSFUL ? wrap(OCSP_response_get1_basic(parsed), response) : URA_OK;
    }
    OCSP_RESPONSE_free(parsed);
    return status;
}

ura_status ura_ocsp_response_describe(const ura_ocsp_response *response, ura_ocsp_response_facts *facts) {
    OCSP_BASICRESP *basic = response->basic;
    int digest = NID_undef;
    ERR_clear_error();
    memset(facts, 0, sizeof *facts);
    if (!ura_seconds(OCSP_resp_get0_produced_at(basic), &facts->produced_at)) return URA_MALFORMED;
    facts->responses = OCSP_resp_count(basic);
    facts->certificates = sk_X509_num(OCSP_resp_get0_certs(basic));
    facts->has_critical_extension = OCSP_BASICRESP_get_ext_by_critical(basic, 1, -1) >= 0;
    int known = OBJ_find_sigid_algs(OBJ_obj2nid(OCSP_resp_get0_tbs_sigalg(basic)->algorithm), &digest, NULL);
    facts->signature_digest = known == 1 ? ura_digest_from_nid(digest) : -1;
    return URA_OK;
}

ura_status ura_ocsp_response_responder(const ura_ocsp_response *response, ura_buffer *identity, int *is_name) {
    const ASN1_OCTET_STRING *hash = NULL;
    const X509_NAME *name = NULL;
    uint8_t *der = NULL;
    ERR_clear_error();
    if (OCSP_resp_get0_id(response->basic, &hash, &name) != 1) return URA_MALFORMED;
    *is_name = name != NULL;
    if (name != NULL) {
        int length = i2d_X509_NAME(name, &der);
        return ura_buffer_adopt(identity, der, length) ? URA_OK : URA_MALFORMED;
    }
    return ura_buffer_assign(identity, ASN1_STRING_get0_data(hash), (size_t)ASN1_STRING_length(hash)) ? URA_OK : URA_FAILED;
}

/* Java responders write their name last relative name first, and X-Road compares names without regard to order. */
static int same_name(const X509_NAME *left, const X509_NAME *right) {
    if (X509_NAME_cmp(left, right) == 0) return 1;
    X509_NAME *reversed = X509_NAME_new();
    int made = reversed != NULL;
    for (int index = X509_NAME_entry_count(left) - 1; made && index >= 0; index--)
        made = X509_NAME_add_entry(reversed, X509_NAME_get_entry(left, index), -1, 0);
    int same = made && X509_NAME_cmp(reversed, right) == 0;
    X509_NAME_free(reversed);
    return same;
}

int ura_ocsp_response_is_by(const ura_ocsp_response *response, const ura_certificate *responder) {
    const ASN1_OCTET_STRING *hash = NULL;
    const X509_NAME *name = NULL;
    uint8_t own[EVP_MAX_MD_SIZE];
    unsigned length = 0;
    ERR_clear_error();
    if (OCSP_resp_get0_id(response->basic, &hash, &name) != 1) return 0;
    if (name != NULL) return same_name(name, X509_get_subject_name(responder->x509));
    return X509_pubkey_digest(responder->x509, ura_digest_method(URA_SHA1), own, &length) == 1
           && ASN1_STRING_length(hash) == (int)length && memcmp(ASN1_STRING_get0_data(hash), own, length) == 0;
}

int ura_ocsp_response_verifies(const ura_ocsp_response *response, const ura_certificate *responder) {
    OCSP_BASICRESP *basic = response->basic;
    ERR_clear_error();
    EVP_PKEY *pkey = X509_get0_pubkey(responder->x509);
    int valid = pkey != NULL
                && ASN1_item_verify(
                       ASN1_ITEM_rptr(OCSP_RESPDATA), OCSP_resp_get0_tbs_sigalg(basic), OCSP_resp_get0_signature(basic),
                       OCSP_resp_get0_respdata(basic), pkey)
                       == 1;
    ERR_clear_error();
    return valid;
}

ura_status ura_ocsp_response_certificate(const ura_ocsp_response *response, int index, ura_buffer *der) {
    uint8_t *bytes = NULL;
    ERR_clear_error();
    const X509 *certificate = sk_X509_value(OCSP_resp_get0_certs(response->basic), index);
    if (certificate == NULL) return URA_MALFORMED;
    int length = i2d_X509(certificate, &bytes);
    return ura_buffer_adopt(der, bytes, length) ? URA_OK : URA_MALFORMED;
}

ura_status ura_ocsp_response_single(const ura_ocsp_response *response, int index, ura_ocsp_single *single) {
    ASN1_GENERALIZEDTIME *revoked = NULL, *this_update = NULL, *next_update = NULL;
    ERR_clear_error();
    memset(single, 0, sizeof *single);
    OCSP_SINGLERESP *found = OCSP_resp_get0(response->basic, index);
    if (found == NULL) return URA_MALFORMED;
    switch (OCSP_single_get0_status(found, NULL, &revoked, &this_update, &next_update)) {
    case V_OCSP_CERTSTATUS_GOOD: single->status = URA_OCSP_GOOD; break;
    case V_OCSP_CERTSTATUS_REVOKED: single->status = URA_OCSP_REVOKED; break;
    case V_OCSP_CERTSTATUS_UNKNOWN: single->status = URA_OCSP_UNKNOWN; break;
    default: return URA_MALFORMED;
    }
    if (single->status == URA_OCSP_REVOKED && !ura_seconds(revoked, &single->revoked_at)) return URA_MALFORMED;
    if (!ura_seconds(this_update, &single->this_update)) return URA_MALFORMED;
    single->has_next_update = next_update != NULL;
    if (next_update != NULL && !ura_seconds(next_update, &single->next_update)) return URA_MALFORMED;
    single->has_critical_extension = OCSP_SINGLERESP_get_ext_by_critical(found, 1, -1) >= 0;
    return URA_OK;
}

int ura_ocsp_response_concerns(
    const ura_ocsp_response *response, int index, const ura_certificate *certificate, const ura_certificate *issuer) {
    ASN1_OBJECT *algorithm = NULL;
    ERR_clear_error();
    OCSP_SINGLERESP *single = OCSP_resp_get0(response->basic, index);
    const OCSP_CERTID *given = single == NULL ? NULL : OCSP_SINGLERESP_get0_id(single);
    if (given == NULL || OCSP_id_get0_info(NULL, &algorithm, NULL, NULL, (OCSP_CERTID *)given) != 1) return 0;
    int digest = ura_digest_from_nid(OBJ_obj2nid(algorithm));
    if (digest < 0) return 0;
    OCSP_CERTID *own = OCSP_cert_to_id(ura_digest_method((ura_digest)digest), certificate->x509, issuer->x509);
    int concerns = own != NULL && OCSP_id_cmp(own, given) == 0;
    OCSP_CERTID_free(own);
    return concerns;
}
