#include "delay.h"

#include <stdlib.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

#include "buffer.h"

#define NS_PER_S INT64_C(1000000000)
enum { FIRST_CAPACITY = 1024 };

int64_t clock_ns(int clock) {
  struct timespec now;
  if (clock_gettime(clock, &now) < 0) die("clock_gettime");
  return now.tv_sec * NS_PER_S + now.tv_nsec;
}

struct delays delays_open(void) {
  struct delays delays = {.timer = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC)};
  if (delays.timer < 0) die("timerfd_create");
  delays.capacity = FIRST_CAPACITY;
  delays.ring = calloc(delays.capacity, sizeof *delays.ring);
  if (!delays.ring) die("calloc");
  return delays;
}

static void arm(struct delays *delays) {
  int64_t due = delays->count > 0 ? delays->ring[delays->head].due_ns : 0;
  struct itimerspec when = {.it_value = {.tv_sec = due / NS_PER_S, .tv_nsec = due % NS_PER_S}};
  if (timerfd_settime(delays->timer, TFD_TIMER_ABSTIME, &when, NULL) < 0) die("timerfd_settime");
}

static void grow(struct delays *delays) {
  struct delayed *ring = calloc(delays->capacity * 2, sizeof *ring);
  if (!ring) die("calloc");
  for (size_t index = 0; index < delays->count; index++) {
    ring[index] = delays->ring[(delays->head + index) & (delays->capacity - 1)];
  }
  free(delays->ring);
  delays->ring = ring;
  delays->capacity *= 2;
  delays->head = 0;
}

void delays_push(struct delays *delays, struct delayed delayed) {
  if (delays->count == delays->capacity) grow(delays);
  delays->ring[(delays->head + delays->count) & (delays->capacity - 1)] = delayed;
  delays->count++;
  if (delays->count == 1) arm(delays);
}

bool delays_pop_due(struct delays *delays, int64_t now_ns, struct delayed *delayed) {
  if (delays->count == 0 || delays->ring[delays->head].due_ns > now_ns) {
    // Arming also resets the timer's readiness, so its count of expirations need not be read.
    arm(delays);
    return false;
  }
  *delayed = delays->ring[delays->head];
  delays->head = (delays->head + 1) & (delays->capacity - 1);
  delays->count--;
  return true;
}

void delays_close(struct delays *delays) {
  free(delays->ring);
  if (close(delays->timer) < 0) die("close timer");
}
