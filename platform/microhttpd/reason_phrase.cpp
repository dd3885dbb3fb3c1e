#include <microhttpd.h>

// The words after the status (RFC 9112 §4: "may be empty", and no client reads them). libmicrohttpd
// has a table of 4 KiB of them; a program that brings these two functions of its interface itself
// is linked without it. In place of an empty phrase libmicrohttpd 0.9.75 writes "Non-Standard
// Status", whatever the status is.

const char* MHD_get_reason_phrase_for(unsigned int) {
    return "";
}

size_t MHD_get_reason_phrase_len_for(unsigned int) {
    return 0;
}
