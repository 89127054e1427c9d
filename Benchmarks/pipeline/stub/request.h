// HTTP/1.1 requests, read from the front of what a connection has received so far.
#ifndef STUB_REQUEST_H
#define STUB_REQUEST_H

#include <stdbool.h>

#include "json.h"

enum request_kind {
  REQUEST_INCOMPLETE,  // more bytes are needed; nothing else in the request is set
  REQUEST_SEND,        // a valid POST /message/sendText/{instance}
  REQUEST_INVALID,     // a send without a number or a text, or whose body is no JSON object
  REQUEST_COUNT,       // GET /count
  REQUEST_UNKNOWN,     // any other route
  REQUEST_MALFORMED    // no HTTP that can be answered in step: the connection has to be closed
};

struct request {
  enum request_kind kind;
  size_t length;    // bytes to consume, head and body
  bool asks_close;  // the client wants the connection closed after the answer
  struct slice instance;  // of a send, as it stands in the path
  struct send_body body;
};

struct request request_read(const char *bytes, size_t available);

#endif
