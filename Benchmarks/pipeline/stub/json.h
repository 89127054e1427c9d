// As much of JSON as the stub needs: is this an object, and what are its "number" and "text"?
#ifndef STUB_JSON_H
#define STUB_JSON_H

#include <stdbool.h>

#include "buffer.h"

// The members of a sendText body, as they stand between their quotes (escapes kept); empty when absent or no string.
struct send_body {
  struct slice number;
  struct slice text;
};

// False when `json` is not one well-formed object.
bool json_read_send_body(struct slice json, struct send_body *body);

#endif
