#ifndef URA_CSECURITY_TIMESTAMPS_INTERNAL_H
#define URA_CSECURITY_TIMESTAMPS_INTERNAL_H
/* What the shim's files about time-stamp tokens share. */
#include "csecurity_internal.h"
#include "csecurity_timestamps.h"
#include <openssl/cms.h>
#include <openssl/ts.h>

struct ura_timestamp_token {
    /** As it came. */
    ura_buffer der;
    CMS_ContentInfo *cms;
    TS_TST_INFO *information;
};

/** The one signer of a parsed token. */
CMS_SignerInfo *ura_timestamp_signer_of(CMS_ContentInfo *cms);

#endif
