// The HTTP answers of the stub, rendered to the end of a buffer.
#ifndef STUB_ANSWER_H
#define STUB_ANSWER_H

#include <stdint.h>

#include "json.h"

struct tally {
  uint64_t arrived;         // valid sends received
  uint64_t served;          // of these, answered with 201
  uint64_t hung;            // others, which never are
  int64_t first_us;         // arrival of the first valid send, microseconds of CLOCK_REALTIME; 0 before it
  int64_t last_arrival_us;  // arrival of the latest one
  int64_t last_us;          // the latest 201
};

struct answerer {
  struct buffer scratch;
};

// 201 with the body that Evolution API v2 gives; `serial` makes its key.id unique.
void answer_created(struct answerer *answerer, struct buffer *out, const struct send_body *body, uint64_t serial,
                    int64_t now_us);
void answer_bad_request(struct answerer *answerer, struct buffer *out);
void answer_not_found(struct answerer *answerer, struct buffer *out);
void answer_count(struct answerer *answerer, struct buffer *out, const struct tally *tally);

#endif
