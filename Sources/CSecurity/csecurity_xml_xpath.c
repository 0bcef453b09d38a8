#include "csecurity_xml_internal.h"
#include <libxml/xpath.h>
#include <libxml/xpathInternals.h>

/* Steps of one evaluation: a second or so; one descent through the largest configuration takes a million. */
enum { maximum_operations = 4000000 };

struct ura_xml_query {
    xmlXPathContextPtr context;
    xmlXPathObjectPtr result;
};

ura_xml_query *ura_xml_query_open(const ura_xml_document *document) {
    ura_xml_begin();
    ura_xml_query *query = xmlMalloc(sizeof *query);
    if (query == NULL) return NULL;
    query->result = NULL;
    query->context = xmlXPathNewContext((xmlDocPtr)document);
    if (query->context == NULL) {
        xmlFree(query);
        return NULL;
    }
    query->context->opLimit = maximum_operations;
    return query;
}

ura_xml_status ura_xml_query_namespace(ura_xml_query *query, const char *prefix, const char *uri) {
    return xmlXPathRegisterNs(query->context, BAD_CAST prefix, BAD_CAST uri) == 0 ? URA_XML_OK : URA_XML_EXPRESSION;
}

ura_xml_status ura_xml_query_run(ura_xml_query *query, const char *expression, size_t *count) {
    ura_xml_begin();
    *count = 0;
    query->result = xmlXPathEvalExpression(BAD_CAST expression, query->context);
    if (query->result == NULL) return URA_XML_EXPRESSION;
    if (query->result->type != XPATH_NODESET) return URA_XML_NOT_ELEMENTS;
    xmlNodeSetPtr nodes = query->result->nodesetval;
    if (nodes == NULL) return URA_XML_OK;
    for (int index = 0; index < nodes->nodeNr; index++)
        if (nodes->nodeTab[index]->type != XML_ELEMENT_NODE) return URA_XML_NOT_ELEMENTS;
    xmlXPathNodeSetSort(nodes);
    *count = (size_t)nodes->nodeNr;
    return URA_XML_OK;
}

const ura_xml_node *ura_xml_query_item(const ura_xml_query *query, size_t index) {
    return ura_xml_wrap(query->result->nodesetval->nodeTab[index]);
}

void ura_xml_query_close(ura_xml_query *query) {
    xmlXPathFreeObject(query->result);
    xmlXPathFreeContext(query->context);
    xmlFree(query);
}
