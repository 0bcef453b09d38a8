/* Whether a certificate's key signed a time-stamp token (RFC 3161 2.4.2, RFC 5652 5.6). */
#include "csecurity_timestamps_internal.h"
#include <openssl/err.h>
#include <openssl/x509v3.h>
#include <string.h>

int ura_certificate_is_for_timestamps(const ura_certificate *certificate) {
    ERR_clear_error();
    EXTENDED_KEY_USAGE *usages = X509_get_ext_d2i(certificate->x509, NID_ext_key_usage, NULL, NULL);
    /* OpenSSL's check passes over usages that it does not know. */
    int is_alone = sk_ASN1_OBJECT_num(usages) == 1;
    EXTENDED_KEY_USAGE_free(usages);
    return is_alone && X509_check_purpose(certificate->x509, X509_PURPOSE_TIMESTAMP_SIGN, 0) == 1;
}

int ura_timestamp_token_is_by(const ura_timestamp_token *token, const ura_certificate *signer) {
    ERR_clear_error();
    return CMS_SignerInfo_cert_cmp(ura_timestamp_signer_of(token->cms), signer->x509) == 0;
}

/** The first element of a sequence whose encoding is given, or NULL; the caller frees it. */
static ASN1_TYPE *first_element(const uint8_t *der, int length) {
    ASN1_SEQUENCE_ANY *elements = d2i_ASN1_SEQUENCE_ANY(NULL, &der, length);
    ASN1_TYPE *first = elements == NULL ? NULL : sk_ASN1_TYPE_shift(elements);
    sk_ASN1_TYPE_pop_free(elements, ASN1_TYPE_free);
    return first;
}

/** The first element of `outer`, which is freed. */
static ASN1_TYPE *descend(ASN1_TYPE *outer) {
    ASN1_TYPE *inner = NULL;
    if (outer != NULL && outer->type == V_ASN1_SEQUENCE)
        inner = first_element(outer->value.sequence->data, outer->value.sequence->length);
    ASN1_TYPE_free(outer);
    return inner;
}

/** The digest that an AlgorithmIdentifier names; NULL for any that is not known. */
static const EVP_MD *named_digest(const ASN1_STRING *encoding) {
    const uint8_t *der = ASN1_STRING_get0_data(encoding);
    const ASN1_OBJECT *object = NULL;
    X509_ALGOR *algorithm = d2i_X509_ALGOR(NULL, &der, ASN1_STRING_length(encoding));
    if (algorithm == NULL) return NULL;
    X509_ALGOR_get0(&object, NULL, NULL, algorithm);
    int digest = ura_digest_from_nid(OBJ_obj2nid(object));
    X509_ALGOR_free(algorithm);
    return digest < 0 ? NULL : ura_digest_method((ura_digest)digest);
}

/** Whether ESSCertID { certHash, … } or ESSCertIDv2 { [hashAlgorithm,] certHash, … } is of the certificate. */
static int identifies(const ASN1_STRING *identifier, const EVP_MD *digest, const X509 *certificate) {
    uint8_t own[EVP_MAX_MD_SIZE];
    unsigned length = 0;
    const uint8_t *der = ASN1_STRING_get0_data(identifier);
    ASN1_SEQUENCE_ANY *parts = d2i_ASN1_SEQUENCE_ANY(NULL, &der, ASN1_STRING_length(identifier));
    const ASN1_TYPE *part = sk_ASN1_TYPE_value(parts, 0);
    if (part != NULL && part->type == V_ASN1_SEQUENCE) {
        digest = named_digest(part->value.sequence);
        part = sk_ASN1_TYPE_value(parts, 1);
    }
    int same = part != NULL && part->type == V_ASN1_OCTET_STRING && digest != NULL
               && X509_digest(certificate, digest, own, &length) == 1
               && ASN1_STRING_length(part->value.octet_string) == (int)length
               && memcmp(ASN1_STRING_get0_data(part->value.octet_string), own, length) == 0;
    sk_ASN1_TYPE_pop_free(parts, ASN1_TYPE_free);
    return same;
}

/** SigningCertificate and SigningCertificateV2 begin alike: with a list of certificate identifiers, the signer's own first. */
static int binds(const CMS_SignerInfo *signer, int attribute, ura_digest digest, const X509 *certificate) {
    const ASN1_STRING *value = CMS_signed_get0_data_by_OBJ(signer, OBJ_nid2obj(attribute), -3, V_ASN1_SEQUENCE);
    if (value == NULL) return 0;
    ASN1_TYPE *identifier = descend(first_element(ASN1_STRING_get0_data(value), ASN1_STRING_length(value)));
    int bound = identifier != NULL && identifier->type == V_ASN1_SEQUENCE
                && identifies(identifier->value.sequence, ura_digest_method(digest), certificate);
    ASN1_TYPE_free(identifier);
    return bound;
}

int ura_timestamp_token_binds(const ura_timestamp_token *token, const ura_certificate *signer) {
    const CMS_SignerInfo *information = ura_timestamp_signer_of(token->cms);
    int newer = NID_id_smime_aa_signingCertificateV2, older = NID_id_smime_aa_signingCertificate;
    ERR_clear_error();
    int has_newer = CMS_signed_get_attr_by_NID(information, newer, -1) >= 0;
    int has_older = CMS_signed_get_attr_by_NID(information, older, -1) >= 0;
    int bound = (has_newer || has_older) && (!has_newer || binds(information, newer, URA_SHA256, signer->x509))
                && (!has_older || binds(information, older, URA_SHA1, signer->x509));
    ERR_clear_error();
    return bound;
}

/** OpenSSL leaves this comparison to the caller; without it other signed content could pass for a time-stamp. */
static int is_signed_as_timestamp(const CMS_SignerInfo *signer) {
    const ASN1_OBJECT *type = CMS_signed_get0_data_by_OBJ(signer, OBJ_nid2obj(NID_pkcs9_contentType), -3, V_ASN1_OBJECT);
    return type != NULL && OBJ_obj2nid(type) == NID_id_smime_ct_TSTInfo;
}

int ura_timestamp_token_verifies(const ura_timestamp_token *token, const ura_certificate *signer) {
    const uint8_t *der = token->der.bytes;
    ERR_clear_error();
    if (!is_signed_as_timestamp(ura_timestamp_signer_of(token->cms))) return 0;
    /* Verification writes into the structure, and others may be reading the token's own. */
    CMS_ContentInfo *cms = d2i_CMS_ContentInfo(NULL, &der, (long)token->der.length);
    STACK_OF(X509) *signers = sk_X509_new_null();
    int valid = cms != NULL && signers != NULL && sk_X509_push(signers, signer->x509) > 0
                && CMS_verify(cms, signers, NULL, NULL, NULL, CMS_NO_SIGNER_CERT_VERIFY | CMS_NOINTERN | CMS_BINARY) == 1;
    sk_X509_free(signers);
    CMS_ContentInfo_free(cms);
    ERR_clear_error();
    return valid;
}
