#ifndef CCURL_H
#define CCURL_H

#define CURL_STRICTER
#include <curl/curl.h>
#include <stdint.h>

/* libcurl sets and reads options through variadic functions, which Swift cannot call: one function for each type of value. */

CURLcode ccurl_set_long(CURL *handle, CURLoption option, long value);
CURLcode ccurl_set_offset(CURL *handle, CURLoption option, int64_t value);
/* libcurl copies the text. */
CURLcode ccurl_set_text(CURL *handle, CURLoption option, const char *value);
/* libcurl copies the bytes. */
CURLcode ccurl_set_bytes(CURL *handle, CURLoption option, const uint8_t *bytes, size_t count);
/* The list must live as long as the transfer. */
CURLcode ccurl_set_list(CURL *handle, CURLoption option, struct curl_slist *list);

/* `text` has CURL_ERROR_SIZE bytes and must live as long as the transfer. */
CURLcode ccurl_set_error_text(CURL *handle, char *text);

/* Called by libcurl with the context given to ccurl_set_callbacks. */
typedef size_t (*ccurl_data_callback)(char *data, size_t size, size_t count, void *context);

typedef struct {
    ccurl_data_callback header;
    ccurl_data_callback write;
    ccurl_data_callback read;
    curl_opensocket_callback open_socket;
    /* NULL without a client certificate. */
    curl_ssl_ctx_callback tls_context;
} ccurl_callbacks;

CURLcode ccurl_set_callbacks(CURL *handle, ccurl_callbacks callbacks, void *context);

/* The value, or -1 where libcurl has none. */
int64_t ccurl_get_long(CURL *handle, CURLINFO information);
int64_t ccurl_get_offset(CURL *handle, CURLINFO information);

CURLMcode ccurl_multi_set_long(CURLM *multi, CURLMoption option, long value);

/* The next finished transfer and its result, or NULL. */
CURL *ccurl_multi_next_finished(CURLM *multi, CURLcode *result);

/* The IP address in network byte order: 4 or 16 bytes, or 0 for any other kind of address. */
size_t ccurl_ip_address(const struct curl_sockaddr *address, uint8_t bytes[16]);

/* A close-on-exec socket for an address that libcurl wants to connect to, or CURL_SOCKET_BAD. */
curl_socket_t ccurl_open_socket(const struct curl_sockaddr *address);

#endif
