/* For crc32_combine64. */
#define _LARGEFILE64_SOURCE 1
#include "csecurity_inflate.h"
#include <limits.h>
#include <string.h>
#include <zlib.h>

int ura_inflate(const uint8_t *input, size_t input_length, uint8_t *output, size_t output_length) {
    z_stream stream;
    uint8_t nothing;
    if (input_length > UINT_MAX || output_length > UINT_MAX)
        return 0;
    memset(&stream, 0, sizeof stream);
    if (inflateInit2(&stream, -MAX_WBITS) != Z_OK)
        return 0;
    stream.next_in = (z_const Bytef *)input;
    stream.avail_in = (uInt)input_length;
    stream.next_out = output_length > 0 ? output : &nothing;
    stream.avail_out = (uInt)output_length;
    int ended = inflate(&stream, Z_FINISH) == Z_STREAM_END;
    int exact = ended && stream.avail_in == 0 && stream.total_out == output_length;
    inflateEnd(&stream);
    return exact;
}

uint32_t ura_crc32(const uint8_t *bytes, size_t length) { return ura_crc32_continue(0, bytes, length); }

uint32_t ura_crc32_continue(uint32_t checksum, const uint8_t *bytes, size_t length) {
    return length > 0 ? (uint32_t)crc32_z(checksum, bytes, length) : checksum;
}

uint32_t ura_crc32_join(uint32_t first, uint32_t second, int64_t second_length) {
    return (uint32_t)crc32_combine64(first, second, second_length);
}
