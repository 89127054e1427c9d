// A growable run of bytes that is appended to at its end and consumed from its front.
#ifndef STUB_BUFFER_H
#define STUB_BUFFER_H

#include <stddef.h>

struct slice {
  const char *start;
  size_t length;
};

struct buffer {
  char *bytes;
  size_t length;
  size_t capacity;
};

// Makes room for `extra` more bytes; ends the process when memory is out.
void buffer_reserve(struct buffer *buffer, size_t extra);
void buffer_append(struct buffer *buffer, const char *bytes, size_t length);
void buffer_append_text(struct buffer *buffer, const char *text);
void buffer_append_slice(struct buffer *buffer, struct slice slice);
void buffer_consume(struct buffer *buffer, size_t length);
void buffer_free(struct buffer *buffer);

// Ends the process with `what` and the reason in errno.
_Noreturn void die(const char *what);

#endif
