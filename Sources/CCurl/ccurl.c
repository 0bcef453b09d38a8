#include "CCurl.h"

#include <netinet/in.h>
#include <stddef.h>
#include <string.h>
#include <sys/socket.h>

CURLcode ccurl_set_long(CURL *handle, CURLoption option, long value) { return curl_easy_setopt(handle, option, value); }

CURLcode ccurl_set_offset(CURL *handle, CURLoption option, int64_t value) {
    return curl_easy_setopt(handle, option, (curl_off_t)value);
}

CURLcode ccurl_set_text(CURL *handle, CURLoption option, const char *value) { return curl_easy_setopt(handle, option, value); }

CURLcode ccurl_set_bytes(CURL *handle, CURLoption option, const uint8_t *bytes, size_t count) {
    struct curl_blob blob = {(void *)bytes, count, CURL_BLOB_COPY};
    return curl_easy_setopt(handle, option, &blob);
}

CURLcode ccurl_set_list(CURL *handle, CURLoption option, struct curl_slist *list) {
    return curl_easy_setopt(handle, option, list);
}

CURLcode ccurl_set_error_text(CURL *handle, char *text) { return curl_easy_setopt(handle, CURLOPT_ERRORBUFFER, text); }

CURLcode ccurl_set_callbacks(CURL *handle, ccurl_callbacks callbacks, void *context) {
    CURLcode result = curl_easy_setopt(handle, CURLOPT_HEADERFUNCTION, callbacks.header);
    if (!result) result = curl_easy_setopt(handle, CURLOPT_HEADERDATA, context);
    if (!result) result = curl_easy_setopt(handle, CURLOPT_WRITEFUNCTION, callbacks.write);
    if (!result) result = curl_easy_setopt(handle, CURLOPT_WRITEDATA, context);
    if (!result) result = curl_easy_setopt(handle, CURLOPT_READFUNCTION, callbacks.read);
    if (!result) result = curl_easy_setopt(handle, CURLOPT_READDATA, context);
    if (!result) result = curl_easy_setopt(handle, CURLOPT_OPENSOCKETFUNCTION, callbacks.open_socket);
    if (!result) result = curl_easy_setopt(handle, CURLOPT_OPENSOCKETDATA, context);
    if (!result && callbacks.tls_context) result = curl_easy_setopt(handle, CURLOPT_SSL_CTX_FUNCTION, callbacks.tls_context);
    if (!result && callbacks.tls_context) result = curl_easy_setopt(handle, CURLOPT_SSL_CTX_DATA, context);
    return result;
}

int64_t ccurl_get_long(CURL *handle, CURLINFO information) {
    long value = -1;
    return curl_easy_getinfo(handle, information, &value) == CURLE_OK ? value : -1;
}

int64_t ccurl_get_offset(CURL *handle, CURLINFO information) {
    curl_off_t value = -1;
    return curl_easy_getinfo(handle, information, &value) == CURLE_OK ? (int64_t)value : -1;
}

CURLMcode ccurl_multi_set_long(CURLM *multi, CURLMoption option, long value) {
    return curl_multi_setopt(multi, option, value);
}

CURL *ccurl_multi_next_finished(CURLM *multi, CURLcode *result) {
    CURLMsg *message;
    int left;
    while ((message = curl_multi_info_read(multi, &left)) != NULL) {
        if (message->msg == CURLMSG_DONE) {
            *result = message->data.result;
            return message->easy_handle;
        }
    }
    return NULL;
}

size_t ccurl_ip_address(const struct curl_sockaddr *address, uint8_t bytes[16]) {
    const void *raw = &address->addr;
    if (address->family == AF_INET && address->addrlen >= sizeof(struct sockaddr_in)) {
        memcpy(bytes, (const uint8_t *)raw + offsetof(struct sockaddr_in, sin_addr), 4);
        return 4;
    }
    if (address->family == AF_INET6 && address->addrlen >= sizeof(struct sockaddr_in6)) {
        memcpy(bytes, (const uint8_t *)raw + offsetof(struct sockaddr_in6, sin6_addr), 16);
        return 16;
    }
    return 0;
}

curl_socket_t ccurl_open_socket(const struct curl_sockaddr *address) {
    return socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}
