#ifndef URA_CSECURITY_XML_H
#define URA_CSECURITY_XML_H
/* libxml2 and libxmlsec1 behind opaque handles. Strings returned as `const char *` are UTF-8, belong to the document
   and live as long as it does. A document and its nodes may be used by one thread at a time; different documents by
   different threads at once. Nothing is ever written to stderr: see ura_xml_error_text. */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct ura_xml_document ura_xml_document;
typedef struct ura_xml_node ura_xml_node; /* always an element */
typedef struct ura_xml_attribute ura_xml_attribute;
typedef struct ura_xml_query ura_xml_query;
typedef struct ura_xml_oracle ura_xml_oracle;

typedef enum {
    URA_XML_OK = 0,
    URA_XML_MALFORMED,
    URA_XML_DOCTYPE,
    URA_XML_TOO_LARGE,
    URA_XML_OUT_OF_MEMORY,
    URA_XML_CANONICALIZATION,
    URA_XML_EXPRESSION,
    URA_XML_NOT_ELEMENTS,
} ura_xml_status;

/* The first complaint of the libraries during this thread's last call, or "", and its line (0 when unknown). */
const char *ura_xml_error_text(void);
int ura_xml_error_line(void);

/* Parses UTF-8 whatever encoding the declaration names: the caller has decoded and bounded the bytes (attributes of
   one tag, depth, nodes), because libxml2 compares all attributes of a tag with each other before it reports any.
   No DTD, no external entity, no recovery; undeclared prefixes are refused. NULL on failure. */
ura_xml_document *ura_xml_parse(const uint8_t *bytes, size_t length, ura_xml_status *status);
void ura_xml_document_free(ura_xml_document *document);
void ura_xml_free(void *memory);

const ura_xml_node *ura_xml_root(const ura_xml_document *document);
const ura_xml_node *ura_xml_parent(const ura_xml_node *node);
const ura_xml_node *ura_xml_first_child(const ura_xml_node *node);
const ura_xml_node *ura_xml_next_sibling(const ura_xml_node *node);
size_t ura_xml_child_count(const ura_xml_node *node);
const char *ura_xml_name(const ura_xml_node *node);
const char *ura_xml_namespace(const ura_xml_node *node); /* NULL: in no namespace */
const char *ura_xml_prefix(const ura_xml_node *node);    /* NULL: none */
bool ura_xml_is(const ura_xml_node *node, const char *name, const char *namespace_uri);

/* All character data below the element, comments and instructions left out. `*owned` is NULL or memory for
   ura_xml_free that holds the answer. NULL when memory ran out. */
const char *ura_xml_text(const ura_xml_node *node, char **owned);
/* No child but character data: no element, comment or instruction. */
bool ura_xml_contains_only_text(const ura_xml_node *node);

const ura_xml_attribute *ura_xml_first_attribute(const ura_xml_node *node);
const ura_xml_attribute *ura_xml_next_attribute(const ura_xml_attribute *attribute);
const char *ura_xml_attribute_name(const ura_xml_attribute *attribute);
const char *ura_xml_attribute_namespace(const ura_xml_attribute *attribute);
const char *ura_xml_attribute_value(const ura_xml_attribute *attribute);
/* The value of the attribute with that name and exactly that namespace (NULL: none), or NULL. */
const char *ura_xml_attribute_named(const ura_xml_node *node, const char *name, const char *namespace_uri);

/* Canonical XML 1.0 (inclusive or exclusive, without comments) of the element's subtree in its document context.
   `*bytes` is for ura_xml_free. More than `maximum` bytes and empty output are failures. */
ura_xml_status ura_xml_canonical(
    const ura_xml_node *element, bool exclusive, size_t maximum, uint8_t **bytes, size_t *length);

/* One XPath 1.0 expression over a document; a query serves once. */
ura_xml_query *ura_xml_query_open(const ura_xml_document *document);
ura_xml_status ura_xml_query_namespace(ura_xml_query *query, const char *prefix, const char *uri);
ura_xml_status ura_xml_query_run(ura_xml_query *query, const char *expression, size_t *count);
const ura_xml_node *ura_xml_query_item(const ura_xml_query *query, size_t index);
void ura_xml_query_close(ura_xml_query *query);

typedef enum {
    URA_XML_SIGNATURE_REFUSED, /* outside the closed profile, or not to be processed: see ura_xml_error_text */
    URA_XML_SIGNATURE_INVALID, /* a digest or the signature value does not hold */
    URA_XML_SIGNATURE_VALID,
} ura_xml_verdict;

/* libxmlsec1's verdict on one ds:Signature, by the key of the given certificate and nothing else. Transforms and
   algorithms are a closed list; external references are read from the parts given here, never from disk or network.
   An oracle serves once. NULL: memory ran out or the certificate does not parse. */
ura_xml_oracle *ura_xml_oracle_open(const uint8_t *certificate, size_t length, bool allow_sha1);
/* `uri` as in the reference. False when memory ran out. */
bool ura_xml_oracle_part(ura_xml_oracle *oracle, const char *uri, const uint8_t *bytes, size_t length);
/* Registers the document's Id attributes; two of the same value are refused. Valid only if exactly `references`
   references of SignedInfo were processed. */
ura_xml_verdict ura_xml_oracle_verify(
    ura_xml_oracle *oracle, ura_xml_document *document, const ura_xml_node *signature, size_t references);
void ura_xml_oracle_close(ura_xml_oracle *oracle);

#endif
