#include "buffer.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SMALLEST_CAPACITY = 1024 };

_Noreturn void die(const char *what) {
  perror(what);
  exit(EXIT_FAILURE);
}

void buffer_reserve(struct buffer *buffer, size_t extra) {
  size_t needed = buffer->length + extra;
  if (needed <= buffer->capacity) return;
  size_t capacity = buffer->capacity ? buffer->capacity : SMALLEST_CAPACITY;
  while (capacity < needed) capacity *= 2;
  char *bytes = realloc(buffer->bytes, capacity);
  if (!bytes) die("realloc");
  buffer->bytes = bytes;
  buffer->capacity = capacity;
}

void buffer_append(struct buffer *buffer, const char *bytes, size_t length) {
  buffer_reserve(buffer, length);
  memcpy(buffer->bytes + buffer->length, bytes, length);
  buffer->length += length;
}

void buffer_append_text(struct buffer *buffer, const char *text) { buffer_append(buffer, text, strlen(text)); }

void buffer_append_slice(struct buffer *buffer, struct slice slice) {
  buffer_append(buffer, slice.start, slice.length);
}

void buffer_consume(struct buffer *buffer, size_t length) {
  buffer->length -= length;
  if (buffer->length > 0) memmove(buffer->bytes, buffer->bytes + length, buffer->length);
}

void buffer_free(struct buffer *buffer) {
  free(buffer->bytes);
  *buffer = (struct buffer){0};
}
