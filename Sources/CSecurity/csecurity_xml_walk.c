#include "csecurity_xml_internal.h"
#include <string.h>

static const xmlNode *element_from(const xmlNode *node) {
    while (node != NULL && node->type != XML_ELEMENT_NODE) node = node->next;
    return node;
}

static bool same_namespace(const xmlNs *namespace, const char *uri) {
    const char *own = namespace == NULL ? NULL : (const char *)namespace->href;
    return own == NULL || uri == NULL ? own == uri : strcmp(own, uri) == 0;
}

const ura_xml_node *ura_xml_root(const ura_xml_document *document) {
    return ura_xml_wrap(xmlDocGetRootElement((const xmlDoc *)document));
}

const ura_xml_node *ura_xml_parent(const ura_xml_node *node) {
    const xmlNode *parent = ura_xml_raw(node)->parent;
    return parent != NULL && parent->type == XML_ELEMENT_NODE ? ura_xml_wrap(parent) : NULL;
}

const ura_xml_node *ura_xml_first_child(const ura_xml_node *node) {
    return ura_xml_wrap(element_from(ura_xml_raw(node)->children));
}

const ura_xml_node *ura_xml_next_sibling(const ura_xml_node *node) {
    return ura_xml_wrap(element_from(ura_xml_raw(node)->next));
}

size_t ura_xml_child_count(const ura_xml_node *node) {
    size_t count = 0;
    for (const xmlNode *child = element_from(ura_xml_raw(node)->children); child != NULL; child = element_from(child->next)) count++;
    return count;
}

const char *ura_xml_name(const ura_xml_node *node) { return (const char *)ura_xml_raw(node)->name; }

const char *ura_xml_namespace(const ura_xml_node *node) {
    const xmlNs *namespace = ura_xml_raw(node)->ns;
    return namespace == NULL ? NULL : (const char *)namespace->href;
}

const char *ura_xml_prefix(const ura_xml_node *node) {
    const xmlNs *namespace = ura_xml_raw(node)->ns;
    return namespace == NULL ? NULL : (const char *)namespace->prefix;
}

bool ura_xml_is(const ura_xml_node *node, const char *name, const char *namespace_uri) {
    return strcmp(ura_xml_name(node), name) == 0 && same_namespace(ura_xml_raw(node)->ns, namespace_uri);
}

static bool is_text(const xmlNode *node) {
    return node->type == XML_TEXT_NODE || node->type == XML_CDATA_SECTION_NODE;
}

const char *ura_xml_text(const ura_xml_node *node, char **owned) {
    const xmlNode *only = ura_xml_raw(node)->children;
    *owned = NULL;
    if (only == NULL) return "";
    if (only->next == NULL && is_text(only)) return only->content == NULL ? "" : (const char *)only->content;
    *owned = (char *)xmlNodeGetContent(ura_xml_raw(node));
    return *owned;
}

bool ura_xml_contains_only_text(const ura_xml_node *node) {
    for (const xmlNode *child = ura_xml_raw(node)->children; child != NULL; child = child->next)
        if (!is_text(child)) return false;
    return true;
}

const ura_xml_attribute *ura_xml_first_attribute(const ura_xml_node *node) {
    return (const ura_xml_attribute *)ura_xml_raw(node)->properties;
}

const ura_xml_attribute *ura_xml_next_attribute(const ura_xml_attribute *attribute) {
    return (const ura_xml_attribute *)((const xmlAttr *)attribute)->next;
}

const char *ura_xml_attribute_name(const ura_xml_attribute *attribute) {
    return (const char *)((const xmlAttr *)attribute)->name;
}

const char *ura_xml_attribute_namespace(const ura_xml_attribute *attribute) {
    const xmlNs *namespace = ((const xmlAttr *)attribute)->ns;
    return namespace == NULL ? NULL : (const char *)namespace->href;
}

/* Without a DTD there are no entity nodes: a value is one text node, or none when it is empty. */
const char *ura_xml_attribute_value(const ura_xml_attribute *attribute) {
    const xmlNode *value = ((const xmlAttr *)attribute)->children;
    return value == NULL || value->content == NULL ? "" : (const char *)value->content;
}

const char *ura_xml_attribute_named(const ura_xml_node *node, const char *name, const char *namespace_uri) {
    for (const xmlAttr *attribute = ura_xml_raw(node)->properties; attribute != NULL; attribute = attribute->next)
        if (strcmp((const char *)attribute->name, name) == 0 && same_namespace(attribute->ns, namespace_uri))
            return ura_xml_attribute_value((const ura_xml_attribute *)attribute);
    return NULL;
}
