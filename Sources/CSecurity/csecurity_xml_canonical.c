#include "csecurity_xml_internal.h"
#include <libxml/c14n.h>
#include <string.h>

struct rendering {
    const xmlNode *apex;
    /* The verdict on the last parent serves all its children, attributes and namespaces. */
    const xmlNode *parent;
    int inside;

    uint8_t *bytes;
    size_t length, capacity, maximum;
    ura_xml_status failure;
};

static int append(void *context, const char *bytes, int count) {
    struct rendering *rendering = context;
    size_t needed = rendering->length + (size_t)count;
    if (needed > rendering->maximum) {
        rendering->failure = URA_XML_TOO_LARGE;
        return -1;
    }
    if (needed > rendering->capacity) {
        size_t capacity = rendering->capacity * 2 > needed ? rendering->capacity * 2 : needed;
        uint8_t *grown = xmlRealloc(rendering->bytes, capacity);
        if (grown == NULL) {
            rendering->failure = URA_XML_OUT_OF_MEMORY;
            return -1;
        }
        rendering->bytes = grown;
        rendering->capacity = capacity;
    }
    memcpy(rendering->bytes + rendering->length, bytes, (size_t)count);
    rendering->length = needed;
    return count;
}

static int nothing(void *context) {
    (void)context;
    return 0;
}

/* Nothing is visible any more after a failure: libxml2 writes namespace names past `append` and would go on collecting
   them, gigabytes if a long name is used often. */
static int is_inside(void *context, xmlNodePtr node, xmlNodePtr parent) {
    struct rendering *rendering = context;
    if (rendering->failure != URA_XML_OK) return 0;
    if (node == rendering->apex) return 1;
    if (parent == NULL) return 0;
    if (parent != rendering->parent) {
        const xmlNode *ancestor = parent;
        while (ancestor != NULL && ancestor != rendering->apex) ancestor = ancestor->parent;
        rendering->parent = parent;
        rendering->inside = ancestor != NULL;
    }
    return rendering->inside;
}

/* Nodes beside the apex and beside its ancestors write nothing, but libxml2 computes the namespaces in scope at each of them:
   they are out of the tree for so long. Deeper than `most` they stay, which is slower and no more. */
struct aside {
    xmlNode *first, *last, *before, *after;
};
enum { most = 64 };

static size_t put_aside(xmlNode *node, struct aside *asides) {
    size_t depth = 0;
    for (xmlNode *parent; depth < most && (parent = node->parent) != NULL; node = parent, depth++) {
        asides[depth] = (struct aside){parent->children, parent->last, node->prev, node->next};
        parent->children = parent->last = node;
        node->prev = node->next = NULL;
    }
    return depth;
}

static void put_back(xmlNode *node, const struct aside *asides, size_t depth) {
    for (size_t level = 0; level < depth; level++, node = node->parent) {
        node->parent->children = asides[level].first;
        node->parent->last = asides[level].last;
        node->prev = asides[level].before;
        node->next = asides[level].after;
    }
}

ura_xml_status ura_xml_canonical(
    const ura_xml_node *element, bool exclusive, size_t maximum, uint8_t **bytes, size_t *length) {
    ura_xml_begin();
    const xmlNode *apex = ura_xml_raw(element);
    struct rendering rendering = {.apex = apex, .maximum = maximum, .failure = URA_XML_OK};
    xmlOutputBufferPtr buffer = xmlOutputBufferCreateIO(append, nothing, &rendering, NULL);
    if (buffer == NULL) return URA_XML_OUT_OF_MEMORY;
    int mode = exclusive ? XML_C14N_EXCLUSIVE_1_0 : XML_C14N_1_0;
    struct aside asides[most];
    size_t depth = put_aside((xmlNode *)apex, asides);
    int result = xmlC14NExecute(apex->doc, is_inside, &rendering, mode, NULL, 0, buffer);
    put_back((xmlNode *)apex, asides, depth);
    int closed = xmlOutputBufferClose(buffer);
    if (rendering.failure == URA_XML_OK && (result < 0 || closed < 0 || rendering.length == 0 || ura_xml_error_text()[0] != 0))
        rendering.failure = URA_XML_CANONICALIZATION;
    if (rendering.failure != URA_XML_OK) {
        xmlFree(rendering.bytes);
        return rendering.failure;
    }
    *bytes = rendering.bytes;
    *length = rendering.length;
    return URA_XML_OK;
}
