#ifndef URA_CSECURITY_XML_INTERNAL_H
#define URA_CSECURITY_XML_INTERNAL_H
#include "csecurity_xml.h"
#include <libxml/tree.h>

/* To be called first in every entry that may make libxml2 complain: sets the library up once and makes this thread's
   complaints end in ura_xml_error_text. */
void ura_xml_begin(void);

/* Keeps the first complaint of a call. */
void ura_xml_complain(int line, const char *text);

static inline const xmlNode *ura_xml_raw(const ura_xml_node *node) { return (const xmlNode *)node; }
static inline const ura_xml_node *ura_xml_wrap(const xmlNode *node) { return (const ura_xml_node *)node; }
#endif
