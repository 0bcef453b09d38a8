#ifndef URA_CSECURITY_H
#define URA_CSECURITY_H
/* The one opaque C shim over OpenSSL 3, libxml2, libxmlsec1 and zlib: plain buffers and opaque structs only. */
#include "csecurity_crypto.h"
#include "csecurity_certificates.h"
#include "csecurity_identity.h"
#include "csecurity_inflate.h"
#include "csecurity_ocsp.h"
#include "csecurity_timestamps.h"
#include "csecurity_tls.h"
#include "csecurity_xml.h"
#endif
