#ifndef URA_CSECURITY_INFLATE_H
#define URA_CSECURITY_INFLATE_H
#include <stddef.h>
#include <stdint.h>

/* Inflates a raw DEFLATE stream (RFC 1951), as ZIP entries hold it, into exactly `output_length` bytes.
   1: the stream ended at the last input byte and filled the output exactly. 0: anything else. */
int ura_inflate(const uint8_t *input, size_t input_length, uint8_t *output, size_t output_length);

/* The CRC-32 of ZIP (APPNOTE 4.4.7). */
uint32_t ura_crc32(const uint8_t *bytes, size_t length);

/* The same of bytes that follow others, whose CRC-32 is `checksum` (0 of none). */
uint32_t ura_crc32_continue(uint32_t checksum, const uint8_t *bytes, size_t length);

/* The CRC-32 of two runs of bytes, one after the other, from those of each. */
uint32_t ura_crc32_join(uint32_t first, uint32_t second, int64_t second_length);
#endif
