/* OCSP requests (RFC 6960 4.1) and the answers of a responder. */
#include "csecurity_internal.h"
#include <limits.h>
#include <openssl/err.h>

struct ura_ocsp_request {
    OCSP_REQUEST *request;
};

struct ura_ocsp_answer {
    OCSP_BASICRESP *basic;
};

/** RFC 8954 2.1: 32 bytes from new clients. */
enum { NONCE_LENGTH = 32 };

ura_status ura_ocsp_request_encode(
    const ura_certificate *certificate, const ura_certificate *issuer, int with_nonce, ura_buffer *der) {
    uint8_t *bytes = NULL;
    int length = 0;
    ERR_clear_error();
    OCSP_REQUEST *request = OCSP_REQUEST_new();
    OCSP_CERTID *id = OCSP_cert_to_id(ura_digest_method(URA_SHA1), certificate->x509, issuer->x509);
    if (request == NULL || id == NULL || OCSP_request_add0_id(request, id) == NULL) {
        OCSP_CERTID_free(id);
    } else if (!with_nonce || OCSP_request_add1_nonce(request, NULL, NONCE_LENGTH) == 1) {
        length = i2d_OCSP_REQUEST(request, &bytes);
    }
    OCSP_REQUEST_free(request);
    return ura_buffer_adopt(der, bytes, length) ? URA_OK : URA_FAILED;
}

ura_status ura_ocsp_request_parse(const uint8_t *der, size_t length, ura_ocsp_request **request) {
    const uint8_t *end = der;
    ERR_clear_error();
    if (length > LONG_MAX) return URA_MALFORMED;
    OCSP_REQUEST *parsed = d2i_OCSP_REQUEST(NULL, &end, (long)length);
    ura_ocsp_request *wrapped = parsed != NULL && end == der + length ? OPENSSL_zalloc(sizeof *wrapped) : NULL;
    if (wrapped == NULL) {
        OCSP_REQUEST_free(parsed);
        return URA_MALFORMED;
    }
    wrapped->request = parsed;
    *request = wrapped;
    return URA_OK;
}

void ura_ocsp_request_release(ura_ocsp_request *request) {
    if (request == NULL) return;
    OCSP_REQUEST_free(request->request);
    OPENSSL_free(request);
}

int ura_ocsp_request_count(const ura_ocsp_request *request) { return OCSP_request_onereq_count(request->request); }

/** The question's certificate id; NULL where there is no such question. */
static OCSP_CERTID *id_at(const ura_ocsp_request *request, int index) {
    OCSP_ONEREQ *question = OCSP_request_onereq_get0(request->request, index);
    return question == NULL ? NULL : OCSP_onereq_get0_id(question);
}

ura_status ura_ocsp_request_serial(const ura_ocsp_request *request, int index, ura_buffer *decimal) {
    ASN1_INTEGER *serial = NULL;
    ERR_clear_error();
    OCSP_CERTID *id = id_at(request, index);
    if (id == NULL || OCSP_id_get0_info(NULL, NULL, NULL, &serial, id) != 1) return URA_MALFORMED;
    return ura_decimal(serial, decimal);
}

int ura_ocsp_request_concerns(const ura_ocsp_request *request, int index, const ura_certificate *issuer) {
    ASN1_OBJECT *algorithm = NULL;
    ASN1_INTEGER *serial = NULL;
    ERR_clear_error();
    OCSP_CERTID *id = id_at(request, index);
    if (id == NULL || OCSP_id_get0_info(NULL, &algorithm, NULL, &serial, id) != 1) return 0;
    int digest = ura_digest_from_nid(OBJ_obj2nid(algorithm));
    if (digest < 0) return 0;
    OCSP_CERTID *own = OCSP_cert_id_new(
        ura_digest_method((ura_digest)digest), X509_get_subject_name(issuer->x509), X509_get0_pubkey_bitstr(issuer->x509),
        serial);
    int concerns = own != NULL && OCSP_id_issuer_cmp(own, id) == 0;
    OCSP_CERTID_free(own);
    return concerns;
}

int ura_ocsp_request_nonce_matches(const ura_ocsp_request *request, const ura_ocsp_response *response) {
    ERR_clear_error();
    /* 1: present and equal, 2: absent in both (OCSP_check_nonce(3)). */
    int result = OCSP_check_nonce(request->request, response->basic);
    return result == 1 || result == 2;
}

ura_ocsp_answer *ura_ocsp_answer_new(const ura_ocsp_request *request) {
    ERR_clear_error();
    ura_ocsp_answer *answer = OPENSSL_zalloc(sizeof *answer);
    if (answer == NULL) return NULL;
    answer->basic = OCSP_BASICRESP_new();
    if (answer->basic != NULL && OCSP_copy_nonce(answer->basic, request->request) > 0) return answer;
    ura_ocsp_answer_release(answer);
    return NULL;
}

void ura_ocsp_answer_release(ura_ocsp_answer *answer) {
    if (answer == NULL) return;
    OCSP_BASICRESP_free(answer->basic);
    OPENSSL_free(answer);
}

static int status_of(ura_ocsp_status status) {
    switch (status) {
    case URA_OCSP_GOOD: return V_OCSP_CERTSTATUS_GOOD;
    case URA_OCSP_REVOKED: return V_OCSP_CERTSTATUS_REVOKED;
    default: return V_OCSP_CERTSTATUS_UNKNOWN;
    }
}

ura_status ura_ocsp_answer_add(
    ura_ocsp_answer *answer, const ura_ocsp_request *request, int index, const ura_ocsp_single *single) {
    ERR_clear_error();
    OCSP_CERTID *id = id_at(request, index);
    ASN1_TIME *revoked = single->status == URA_OCSP_REVOKED ? ASN1_GENERALIZEDTIME_set(NULL, (time_t)single->revoked_at) : NULL;
    ASN1_TIME *this_update = ASN1_GENERALIZEDTIME_set(NULL, (time_t)single->this_update);
    ASN1_TIME *next_update = single->has_next_update ? ASN1_GENERALIZEDTIME_set(NULL, (time_t)single->next_update) : NULL;
    int ready = id != NULL && this_update != NULL && (!single->has_next_update || next_update != NULL)
                && (single->status != URA_OCSP_REVOKED || revoked != NULL);
    OCSP_SINGLERESP *added = NULL;
    if (ready)
        added = OCSP_basic_add1_status(
            answer->basic, id, status_of(single->status), OCSP_REVOKED_STATUS_NOSTATUS, revoked, this_update, next_update);
    ASN1_TIME_free(revoked);
    ASN1_TIME_free(this_update);
    ASN1_TIME_free(next_update);
    return added != NULL ? URA_OK : URA_FAILED;
}

static ura_status encode(OCSP_RESPONSE *response, ura_buffer *der) {
    uint8_t *bytes = NULL;
    int length = response == NULL ? 0 : i2d_OCSP_RESPONSE(response, &bytes);
    OCSP_RESPONSE_free(response);
    return ura_buffer_adopt(der, bytes, length) ? URA_OK : URA_FAILED;
}

ura_status ura_ocsp_answer_sign(
    ura_ocsp_answer *answer, const ura_certificate *signer, const ura_key *key, int64_t produced_at, ura_buffer *der) {
    ERR_clear_error();
    /* OCSP_basic_sign would write the machine's clock. The field has no setter but is ours to change: the answer is not const. */
    ASN1_GENERALIZEDTIME *produced = (ASN1_GENERALIZEDTIME *)OCSP_resp_get0_produced_at(answer->basic);
    if (ASN1_GENERALIZEDTIME_set(produced, (time_t)produced_at) == NULL
        || OCSP_basic_sign(answer->basic, signer->x509, key->pkey, ura_digest_method(URA_SHA256), NULL, OCSP_NOTIME) != 1)
        return URA_FAILED;
    return encode(OCSP_response_create(OCSP_RESPONSE_STATUS_SUCCESSFUL, answer->basic), der);
}

ura_status ura_ocsp_answer_refuse(int response_status, ura_buffer *der) {
    ERR_clear_error();
    return encode(OCSP_response_create(response_status, NULL), der);
}
