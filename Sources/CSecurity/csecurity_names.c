/* Distinguished names: parse, take apart, compose. */
#include "csecurity_internal.h"
#include <limits.h>
#include <openssl/err.h>
#include <openssl/objects.h>
#include <string.h>

/** Bytes of one composed value. */
enum { MAXIMUM_TEXT = 256 };

ura_name *ura_name_new(void) {
    ura_name *name = OPENSSL_zalloc(sizeof *name);
    ERR_clear_error();
    if (name == NULL) return NULL;
    name->name = X509_NAME_new();
    if (name->name != NULL) return name;
    OPENSSL_free(name);
    return NULL;
}

void ura_name_release(ura_name *name) {
    if (name == NULL) return;
    X509_NAME_free(name->name);
    OPENSSL_free(name);
}

ura_status ura_name_parse(const uint8_t *der, size_t length, ura_name **name) {
    const uint8_t *end = der;
    ERR_clear_error();
    if (length > LONG_MAX) return URA_MALFORMED;
    X509_NAME *parsed = d2i_X509_NAME(NULL, &end, (long)length);
    if (parsed == NULL) return URA_MALFORMED;
    ura_name *wrapped = end == der + length ? OPENSSL_zalloc(sizeof *wrapped) : NULL;
    if (wrapped == NULL) {
        X509_NAME_free(parsed);
        return URA_MALFORMED;
    }
    wrapped->name = parsed;
    *name = wrapped;
    return URA_OK;
}

/** The string type that RFC 5280 appendix A asks for. OpenSSL's own table would also bound lengths: it refuses C=DEV. */
static int string_type(const char *oid) {
    switch (OBJ_txt2nid(oid)) {
    case NID_countryName:
    case NID_serialNumber: return V_ASN1_PRINTABLESTRING;
    case NID_pkcs9_emailAddress:
    case NID_domainComponent: return V_ASN1_IA5STRING;
    default: return V_ASN1_UTF8STRING;
    }
}

static int fits(int type, const uint8_t *text, int length) {
    if (type == V_ASN1_UTF8STRING) return 1;
    int narrowest = ASN1_PRINTABLE_type(text, length);
    return narrowest == V_ASN1_PRINTABLESTRING || narrowest == type;
}

ura_status ura_name_append(ura_name *name, const char *oid, const uint8_t *text, size_t length) {
    ERR_clear_error();
    int type = string_type(oid);
    if (length == 0 || length > MAXIMUM_TEXT || !fits(type, text, (int)length)) return URA_MALFORMED;
    return X509_NAME_add_entry_by_txt(name->name, oid, type, text, (int)length, -1, 0) == 1 ? URA_OK : URA_MALFORMED;
}

ura_status ura_name_encode(const ura_name *name, ura_buffer *der) {
    uint8_t *bytes = NULL;
    ERR_clear_error();
    int length = i2d_X509_NAME(name->name, &bytes);
    return ura_buffer_adopt(der, bytes, length) ? URA_OK : URA_FAILED;
}

int ura_name_count(const ura_name *name) { return X509_NAME_entry_count(name->name); }

ura_status ura_name_attribute_at(const ura_name *name, int index, ura_name_attribute *attribute) {
    ERR_clear_error();
    memset(attribute, 0, sizeof *attribute);
    const X509_NAME_ENTRY *entry = X509_NAME_get_entry(name->name, index);
    if (entry == NULL) return URA_MALFORMED;
    const ASN1_STRING *value = X509_NAME_ENTRY_get_data(entry);
    int written = OBJ_obj2txt(attribute->oid, sizeof attribute->oid, X509_NAME_ENTRY_get_object(entry), 1);
    if (value == NULL || written <= 0 || written >= (int)sizeof attribute->oid) return URA_MALFORMED;
    attribute->set = X509_NAME_ENTRY_set(entry);

    uint8_t *der = NULL, *text = NULL;
    int length = i2d_ASN1_PRINTABLE((ASN1_STRING *)value, &der);
    if (!ura_buffer_adopt(&attribute->value, der, length)) return URA_MALFORMED;
    length = ASN1_STRING_to_UTF8(&text, value);
    if (length == 0) {
        OPENSSL_free(text);
        if (!ura_buffer_assign(&attribute->text, "", 0)) return URA_FAILED;
    } else if (length > 0) {
        ura_buffer_adopt(&attribute->text, text, length);
    }
    return URA_OK;
}

void ura_name_attribute_release(ura_name_attribute *attribute) {
    ura_buffer_release(&attribute->text);
    ura_buffer_release(&attribute->value);
}
