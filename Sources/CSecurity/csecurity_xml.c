#include "csecurity_xml_internal.h"
#include <libxml/parser.h>
#include <libxml/parserInternals.h>
#include <limits.h>
#include <pthread.h>
#include <string.h>

static __thread char error_text[256];
static __thread int error_line;
static __thread bool namespace_error;

const char *ura_xml_error_text(void) { return error_text; }
int ura_xml_error_line(void) { return error_line; }

void ura_xml_complain(int line, const char *text) {
    if (error_text[0] != 0 || text == NULL) return;
    strncpy(error_text, text, sizeof error_text - 1);
    error_text[strcspn(error_text, "\r\n")] = 0;
    error_line = line;
}

static void capture(void *context, xmlErrorPtr error) {
    (void)context;
    if (error == NULL || error->level < XML_ERR_ERROR) return;
    /* An odd namespace name is no breach of "Namespaces in XML"; an undeclared prefix is, and libxml2 only notes it. */
    if (error->domain == XML_FROM_NAMESPACE && error->code == XML_WAR_NS_URI) return;
    if (error->domain == XML_FROM_NAMESPACE) namespace_error = true;
    ura_xml_complain(error->line, error->message);
}

static xmlParserInputPtr refuse_external(const char *url, const char *identifier, xmlParserCtxtPtr parser) {
    (void)url, (void)identifier, (void)parser;
    return NULL;
}

static void initialize(void) {
    xmlInitParser();
    xmlSetExternalEntityLoader(refuse_external);
}

void ura_xml_begin(void) {
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, initialize);
    xmlSetStructuredErrorFunc(NULL, capture);
    memset(error_text, 0, sizeof error_text);
    error_line = 0;
    namespace_error = false;
}

static void refuse_doctype(void *context, const xmlChar *name, const xmlChar *external, const xmlChar *system) {
    (void)name, (void)external, (void)system;
    xmlParserCtxtPtr parser = context;
    *(bool *)parser->_private = true;
    xmlStopParser(parser);
}

ura_xml_document *ura_xml_parse(const uint8_t *bytes, size_t length, ura_xml_status *status) {
    ura_xml_begin();
    if (length == 0 || length > INT_MAX) {
        *status = length == 0 ? URA_XML_MALFORMED : URA_XML_TOO_LARGE;
        return NULL;
    }
    xmlParserCtxtPtr parser = xmlCreateMemoryParserCtxt((const char *)bytes, (int)length);
    if (parser == NULL) {
        *status = URA_XML_OUT_OF_MEMORY;
        return NULL;
    }
    bool doctype = false;
    parser->_private = &doctype;
    xmlCtxtUseOptions(parser, XML_PARSE_NONET | XML_PARSE_IGNORE_ENC | XML_PARSE_COMPACT);
    parser->sax->internalSubset = refuse_doctype;
    xmlParseDocument(parser);
    xmlDocPtr document = parser->myDoc;
    bool accepted = parser->wellFormed && !namespace_error && !doctype && document != NULL
        && document->intSubset == NULL && document->extSubset == NULL && xmlDocGetRootElement(document) != NULL;
    *status = accepted ? URA_XML_OK
        : doctype      ? URA_XML_DOCTYPE
        : parser->errNo == XML_ERR_NO_MEMORY ? URA_XML_OUT_OF_MEMORY
                                             : URA_XML_MALFORMED;
    xmlFreeParserCtxt(parser);
    if (accepted) return (ura_xml_document *)document;
    xmlFreeDoc(document);
    return NULL;
}

void ura_xml_document_free(ura_xml_document *document) { xmlFreeDoc((xmlDocPtr)document); }

void ura_xml_free(void *memory) { xmlFree(memory); }
