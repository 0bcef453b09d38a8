#include "csecurity_xml_internal.h"
/* What `pkg-config --cflags xmlsec1` says and SwiftPM drops. Without XMLSEC_NO_SIZE_T the library's structures have
   another layout and a verdict would be read from the wrong place; the assertions below would then not compile. */
#define __XMLSEC_FUNCTION__ __func__
#define XMLSEC_NO_SIZE_T 1
#define XMLSEC_OPENSSL3_ENGINES 1
#define XMLSEC_NO_GOST 1
#define XMLSEC_NO_GOST2012 1
#define XMLSEC_NO_CRYPTO_DYNAMIC_LOADING 1
#define XMLSEC_CRYPTO_OPENSSL 1
#include <xmlsec/xmlsec.h>

#include <limits.h>
#include <openssl/err.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <xmlsec/errors.h>
#include <xmlsec/io.h>
#include <xmlsec/openssl/app.h>
#include <xmlsec/openssl/crypto.h>
#include <xmlsec/transforms.h>
#include <xmlsec/xmldsig.h>

_Static_assert(sizeof(xmlSecSize) == 4, "xmlsec ABI: sizes");
_Static_assert(sizeof(void *) != 8 || sizeof(xmlSecDSigCtx) == 1032, "xmlsec ABI: context");
_Static_assert(sizeof(void *) != 8 || offsetof(xmlSecDSigCtx, status) == 904, "xmlsec ABI: verdict");
_Static_assert(
    sizeof(void *) != 8 || offsetof(xmlSecDSigCtx, signedInfoReferences) == 952, "xmlsec ABI: references");

struct part {
    struct part *next;
    char *uri;
    uint8_t *bytes;
    size_t length, read;
};

struct ura_xml_oracle {
    xmlSecKeyPtr key;
    struct part *parts;
    bool allow_sha1;
};

/* xmlsec finds inputs through process-wide callbacks that know only the URI; whose parts are meant, the thread says. */
static __thread const ura_xml_oracle *current;

static struct part *find(const char *uri) {
    for (struct part *part = current == NULL ? NULL : current->parts; part != NULL; part = part->next)
        if (strcmp(part->uri, uri) == 0) return part;
    return NULL;
}

static int part_match(const char *uri) { return find(uri) != NULL; }

static void *part_open(const char *uri) {
    struct part *part = find(uri);
    if (part != NULL) part->read = 0;
    return part;
}

static int part_read(void *context, char *buffer, int capacity) {
    struct part *part = context;
    size_t rest = part->length - part->read;
    size_t count = rest < (size_t)capacity ? rest : (size_t)capacity;
    memcpy(buffer, part->bytes + part->read, count);
    part->read += count;
    return (int)count;
}

static int part_close(void *context) {
    (void)context;
    return 0;
}

static void capture(
    const char *file, int line, const char *function, const char *object, const char *subject, int reason,
    const char *message) {
    (void)file, (void)line;
    char text[256];
    snprintf(
        text, sizeof text, "xmlsec %d: %s %s %s %s", reason, function == NULL ? "" : function,
        object == NULL ? "" : object, subject == NULL ? "" : subject, message == NULL ? "" : message);
    ura_xml_complain(0, text);
}

static bool ready;

static void initialize(void) {
    if (xmlSecInit() < 0 || xmlSecCheckVersion() != 1) return;
    if (xmlSecOpenSSLAppInit(NULL) < 0 || xmlSecOpenSSLInit() < 0) return;
    /* Only now: the OpenSSL part has just installed its own, which prints. */
    xmlSecErrorsSetCallback(capture);
    /* The defaults read files and URLs. */
    xmlSecIOCleanupCallbacks();
    ready = xmlSecIORegisterCallbacks(part_match, part_open, part_read, part_close) == 0;
}

ura_xml_oracle *ura_xml_oracle_open(const uint8_t *certificate, size_t length, bool allow_sha1) {
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    ura_xml_begin();
    pthread_once(&once, initialize);
    if (!ready || length > INT_MAX) return NULL;
    ura_xml_oracle *oracle = xmlMalloc(sizeof *oracle);
    if (oracle == NULL) return NULL;
    xmlSecKeyPtr key = xmlSecOpenSSLAppKeyLoadMemory(
        certificate, (xmlSecSize)length, xmlSecKeyDataFormatCertDer, NULL, NULL, NULL);
    *oracle = (ura_xml_oracle){.key = key, .allow_sha1 = allow_sha1};
    if (key != NULL) return oracle;
    ura_xml_oracle_close(oracle);
    return NULL;
}

void ura_xml_oracle_close(ura_xml_oracle *oracle) {
    /* A complaint left in OpenSSL's queue would be taken for the next TLS call's on this thread. */
    ERR_clear_error();
    for (struct part *part = oracle->parts, *next; part != NULL; part = next) {
        next = part->next;
        xmlFree(part->uri);
        xmlFree(part->bytes);
        xmlFree(part);
    }
    if (oracle->key != NULL) xmlSecKeyDestroy(oracle->key);
    xmlFree(oracle);
}

bool ura_xml_oracle_part(ura_xml_oracle *oracle, const char *uri, const uint8_t *bytes, size_t length) {
    struct part *part = xmlMalloc(sizeof *part);
    if (part == NULL) return false;
    *part = (struct part){.next = oracle->parts, .length = length};
    oracle->parts = part;
    part->uri = (char *)xmlStrdup(BAD_CAST uri);
    part->bytes = xmlMalloc(length + 1);
    if (part->uri == NULL || part->bytes == NULL) return false;
    if (length > 0) memcpy(part->bytes, bytes, length);
    return true;
}

/* Canonical forms, digests and signature methods only: no XSLT, XPath, base64, enveloped signature or HMAC. */
static bool restrict_transforms(xmlSecDSigCtxPtr context, bool allow_sha1) {
    const xmlSecTransformId canonical[] = {xmlSecTransformInclC14NId, xmlSecTransformExclC14NId};
    const xmlSecTransformId digests[] = {
        xmlSecOpenSSLTransformSha256Id, xmlSecOpenSSLTransformSha384Id, xmlSecOpenSSLTransformSha512Id,
        xmlSecOpenSSLTransformSha1Id};
    const xmlSecTransformId signatures[] = {
        xmlSecOpenSSLTransformRsaSha256Id,   xmlSecOpenSSLTransformRsaSha384Id,   xmlSecOpenSSLTransformRsaSha512Id,
        xmlSecOpenSSLTransformEcdsaSha256Id, xmlSecOpenSSLTransformEcdsaSha384Id, xmlSecOpenSSLTransformEcdsaSha512Id,
        xmlSecOpenSSLTransformRsaSha1Id,     xmlSecOpenSSLTransformEcdsaSha1Id};
    bool done = true;
    for (size_t index = 0; index < 2; index++)
        done = done && xmlSecDSigCtxEnableReferenceTransform(context, canonical[index]) == 0
            && xmlSecDSigCtxEnableSignatureTransform(context, canonical[index]) == 0;
    for (size_t index = 0; index < (allow_sha1 ? 4 : 3); index++)
        done = done && xmlSecDSigCtxEnableReferenceTransform(context, digests[index]) == 0;
    for (size_t index = 0; index < (allow_sha1 ? 8 : 6); index++)
        done = done && xmlSecDSigCtxEnableSignatureTransform(context, signatures[index]) == 0;
    return done;
}

/* Depth is bounded by the parser. */
static bool register_identifiers(xmlDocPtr document, xmlNodePtr node) {
    for (; node != NULL; node = node->next) {
        if (node->type != XML_ELEMENT_NODE) continue;
        xmlAttrPtr attribute = xmlHasNsProp(node, BAD_CAST "Id", NULL);
        if (attribute != NULL) {
            const char *value = ura_xml_attribute_value((const ura_xml_attribute *)attribute);
            if (xmlAddID(NULL, document, BAD_CAST value, attribute) == NULL) return false;
        }
        if (!register_identifiers(document, node->children)) return false;
    }
    return true;
}

static bool all_references_hold(xmlSecDSigCtxPtr context, size_t expected) {
    xmlSecSize count = xmlSecPtrListGetSize(&context->signedInfoReferences);
    if (count != expected) return false;
    for (xmlSecSize index = 0; index < count; index++) {
        xmlSecDSigReferenceCtxPtr reference = xmlSecPtrListGetItem(&context->signedInfoReferences, index);
        if (reference == NULL || reference->status != xmlSecDSigStatusSucceeded) return false;
    }
    return true;
}

ura_xml_verdict ura_xml_oracle_verify(
    ura_xml_oracle *oracle, ura_xml_document *document, const ura_xml_node *signature, size_t references) {
    ura_xml_begin();
    if (!register_identifiers((xmlDocPtr)document, xmlDocGetRootElement((xmlDocPtr)document))) {
        ura_xml_complain(0, "two elements have the same Id");
        return URA_XML_SIGNATURE_REFUSED;
    }
    xmlSecDSigCtxPtr context = xmlSecDSigCtxCreate(NULL);
    if (context == NULL) return URA_XML_SIGNATURE_REFUSED;
    ura_xml_verdict verdict = URA_XML_SIGNATURE_REFUSED;
    context->signKey = oracle->key; /* the context destroys it; with it set, KeyInfo is not read */
    oracle->key = NULL;
    context->flags |= XMLSEC_DSIG_FLAGS_IGNORE_MANIFESTS;
    context->enabledReferenceUris = xmlSecTransformUriTypeSameDocument | xmlSecTransformUriTypeRemote;
    current = oracle;
    if (restrict_transforms(context, oracle->allow_sha1)
        && xmlSecDSigCtxVerify(context, (xmlNodePtr)signature) == 0) {
        bool holds = context->status == xmlSecDSigStatusSucceeded && all_references_hold(context, references);
        verdict = holds ? URA_XML_SIGNATURE_VALID : URA_XML_SIGNATURE_INVALID;
    }
    current = NULL;
    xmlSecDSigCtxDestroy(context);
    return verdict;
}
