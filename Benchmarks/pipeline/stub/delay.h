// Answers that wait for their moment. The latency is the same for all, so a first-in, first-out ring and one timerfd,
// armed for the ring's head, keep the time exactly.
#ifndef STUB_DELAY_H
#define STUB_DELAY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct connection;

struct delayed {
  int64_t due_ns;  // CLOCK_MONOTONIC
  struct connection *connection;
  size_t length;  // bytes of the connection's output that may leave then
  bool is_send;
};

struct delays {
  int timer;
  struct delayed *ring;
  size_t capacity;  // a power of two
  size_t head;
  size_t count;
};

struct delays delays_open(void);
void delays_push(struct delays *delays, struct delayed delayed);
// True and the next answer when one is due at `now_ns`; false, with the timer armed for the next one, when none is.
bool delays_pop_due(struct delays *delays, int64_t now_ns, struct delayed *delayed);
void delays_close(struct delays *delays);

int64_t clock_ns(int clock);

#endif
