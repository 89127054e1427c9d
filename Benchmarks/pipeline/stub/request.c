#define _GNU_SOURCE
#include "request.h"

#include <string.h>
#include <strings.h>

enum { LONGEST_HEAD = 16 << 10, LONGEST_BODY = 1 << 20, LONGEST_LENGTH_DIGITS = 7 };

struct head {
  struct slice request_line;
  size_t length;
  size_t content_length;
  bool has_content_length;
  bool asks_close;
  bool malformed;
};

static const struct request incomplete = {.kind = REQUEST_INCOMPLETE};
static const struct request malformed = {.kind = REQUEST_MALFORMED};

static bool starts_with(struct slice slice, const char *prefix) {
  size_t length = strlen(prefix);
  return slice.length >= length && !memcmp(slice.start, prefix, length);
}

static struct slice trimmed(struct slice slice) {
  while (slice.length > 0 && (*slice.start == ' ' || *slice.start == '\t')) slice.start++, slice.length--;
  while (slice.length > 0 && memchr(" \t", slice.start[slice.length - 1], 2)) slice.length--;
  return slice;
}

static bool read_length(struct slice digits, size_t *length) {
  if (digits.length == 0 || digits.length > LONGEST_LENGTH_DIGITS) return false;
  *length = 0;
  for (size_t index = 0; index < digits.length; index++) {
    if (digits.start[index] < '0' || digits.start[index] > '9') return false;
    *length = *length * 10 + (size_t)(digits.start[index] - '0');
  }
  return *length <= LONGEST_BODY;
}

// The value when `line` is the header `name`; `found` says whether it is.
static struct slice header_value(struct slice line, const char *name, bool *found) {
  size_t length = strlen(name);
  *found = line.length > length && line.start[length] == ':' && !strncasecmp(line.start, name, length);
  if (!*found) return (struct slice){"", 0};
  return trimmed((struct slice){line.start + length + 1, line.length - length - 1});
}

static void read_header(struct head *head, struct slice line) {
  bool found;
  struct slice value = header_value(line, "Content-Length", &found);
  if (found) {
    if (head->has_content_length || !read_length(value, &head->content_length)) head->malformed = true;
    head->has_content_length = true;
    return;
  }
  value = header_value(line, "Connection", &found);
  if (found) {
    head->asks_close = value.length == 5 && !strncasecmp(value.start, "close", 5);
    return;
  }
  header_value(line, "Transfer-Encoding", &found);
  if (found) head->malformed = true;
}

static struct head read_head(const char *bytes, size_t length) {
  struct head head = {.length = length};
  const char *at = bytes;
  const char *last = bytes + length - 2;
  while (at < last) {
    const char *end = memmem(at, (size_t)(bytes + length - at), "\r\n", 2);
    struct slice line = {at, (size_t)(end - at)};
    if (at == bytes) {
      head.request_line = line;
    } else {
      read_header(&head, line);
    }
    at = end + 2;
  }
  return head;
}

// Exactly one path segment after the route, and HTTP/1.1 after that.
static bool is_send(struct slice line, struct slice *instance) {
  static const char route[] = "POST /message/sendText/";
  static const char version[] = " HTTP/1.1";
  size_t fixed = sizeof route - 1 + sizeof version - 1;
  if (!starts_with(line, route) || line.length <= fixed) return false;
  *instance = (struct slice){line.start + sizeof route - 1, line.length - fixed};
  return !memcmp(instance->start + instance->length, version, sizeof version - 1) &&
         !memchr(instance->start, '/', instance->length) && !memchr(instance->start, ' ', instance->length);
}

static enum request_kind classify(const struct head *head, struct slice json, struct request *request) {
  if (starts_with(head->request_line, "GET /count ")) return REQUEST_COUNT;
  if (!is_send(head->request_line, &request->instance)) return REQUEST_UNKNOWN;
  struct send_body *body = &request->body;
  if (!head->has_content_length || !json_read_send_body(json, body)) return REQUEST_INVALID;
  return body->number.length > 0 && body->text.length > 0 ? REQUEST_SEND : REQUEST_INVALID;
}

struct request request_read(const char *bytes, size_t available) {
  if (available == 0) return incomplete;
  const char *head_end = memmem(bytes, available, "\r\n\r\n", 4);
  if (!head_end) return available > LONGEST_HEAD ? malformed : incomplete;
  struct head head = read_head(bytes, (size_t)(head_end + 4 - bytes));
  if (head.malformed || head.length > LONGEST_HEAD) return malformed;
  if (available - head.length < head.content_length) return incomplete;

  struct request request = {.length = head.length + head.content_length, .asks_close = head.asks_close};
  struct slice json = {bytes + head.length, head.content_length};
  request.kind = classify(&head, json, &request);
  return request;
}
