#include "connection.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "request.h"

// A client that asks on without ever reading its answers is cut off here.
enum { LARGEST_OUTPUT = 16 << 20 };

static int64_t realtime_us(void) { return clock_ns(CLOCK_REALTIME) / 1000; }

static void watch(struct stub *stub, struct connection *connection, int operation, uint32_t events) {
  struct epoll_event event = {.events = events, .data.ptr = connection};
  if (epoll_ctl(stub->epoll, operation, connection->fd, &event) < 0) die("epoll_ctl");
}

void connection_open(struct stub *stub, int fd) {
  struct connection *connection = calloc(1, sizeof *connection);
  if (!connection) die("calloc");
  connection->fd = fd;
  watch(stub, connection, EPOLL_CTL_ADD, EPOLLIN);
}

static void bury_when_done(struct stub *stub, struct connection *connection) {
  if (connection->fd >= 0 || connection->delayed > 0 || connection->is_buried) return;
  connection->is_buried = true;
  connection->next = stub->buried;
  stub->buried = connection;
}

static void hang_up(struct stub *stub, struct connection *connection) {
  if (connection->fd >= 0 && close(connection->fd) < 0) die("close connection");
  connection->fd = -1;
  bury_when_done(stub, connection);
}

void connections_free_buried(struct stub *stub) {
  while (stub->buried) {
    struct connection *connection = stub->buried;
    stub->buried = connection->next;
    buffer_free(&connection->in);
    buffer_free(&connection->out);
    free(connection);
  }
}

static void wait_for_room(struct stub *stub, struct connection *connection, bool waits) {
  if (connection->waits_for_room == waits) return;
  connection->waits_for_room = waits;
  watch(stub, connection, EPOLL_CTL_MOD, waits ? EPOLLIN | EPOLLOUT : EPOLLIN);
}

static void flush(struct stub *stub, struct connection *connection) {
  if (connection->fd < 0) return;
  while (connection->released > 0) {
    ssize_t sent = send(connection->fd, connection->out.bytes, connection->released, MSG_NOSIGNAL);
    if (sent < 0 && errno == EINTR) continue;
    if (sent < 0 && errno == EAGAIN) {
      wait_for_room(stub, connection, true);
      return;
    }
    if (sent < 0) {
      hang_up(stub, connection);
      return;
    }
    buffer_consume(&connection->out, (size_t)sent);
    connection->released -= (size_t)sent;
  }
  wait_for_room(stub, connection, false);
  if (connection->closing && connection->out.length == 0) hang_up(stub, connection);
}

static void count_served(struct stub *stub, int64_t now_us) {
  stub->tally.served++;
  stub->tally.last_us = now_us;
}

// Releases the answer that was rendered last, at once or when its latency has passed; the order of requests is kept.
static void schedule(struct stub *stub, struct connection *connection, size_t length, bool is_send, int64_t now_us) {
  bool waits = stub->latency_ns > 0 && (is_send || connection->delayed > 0);
  if (!waits) {
    connection->released += length;
    if (is_send) count_served(stub, now_us);
    return;
  }
  connection->delayed++;
  delays_push(&stub->delays, (struct delayed){.due_ns = clock_ns(CLOCK_MONOTONIC) + stub->latency_ns,
                                              .connection = connection,
                                              .length = length,
                                              .is_send = is_send});
}

static void write_arrival(struct stub *stub, struct slice text, int64_t now_us) {
  if (!stub->arrivals) return;
  const char *space = memchr(text.start, ' ', text.length);
  int length = (int)(space ? (size_t)(space - text.start) : text.length);
  if (fprintf(stub->arrivals, "%" PRId64 " %.*s\n", now_us, length, text.start) < 0) die("arrivals file");
}

// Whether a send is one that is never answered: its connection waits until the client gives it up.
static bool hangs(const struct stub *stub, const struct request *request) {
  return stub->hung && request->kind == REQUEST_SEND && strlen(stub->hung) == request->instance.length &&
         !memcmp(stub->hung, request->instance.start, request->instance.length);
}

static void accept_send(struct stub *stub, struct connection *connection, const struct send_body *body,
                        int64_t now_us) {
  struct tally *tally = &stub->tally;
  tally->arrived++;
  if (tally->first_us == 0) tally->first_us = now_us;
  tally->last_arrival_us = now_us;
  write_arrival(stub, body->text, now_us);
  answer_created(&stub->answerer, &connection->out, body, tally->arrived, now_us);
}

static void answer(struct stub *stub, struct connection *connection, const struct request *request, int64_t now_us) {
  size_t before = connection->out.length;
  if (hangs(stub, request)) {
    stub->tally.hung++;
    return;
  }
  switch (request->kind) {
    case REQUEST_SEND: accept_send(stub, connection, &request->body, now_us); break;
    case REQUEST_COUNT: answer_count(&stub->answerer, &connection->out, &stub->tally); break;
    case REQUEST_UNKNOWN: answer_not_found(&stub->answerer, &connection->out); break;
    case REQUEST_INCOMPLETE: return;
    case REQUEST_INVALID:
    case REQUEST_MALFORMED: answer_bad_request(&stub->answerer, &connection->out); break;
  }
  connection->closing = request->asks_close || request->kind == REQUEST_MALFORMED;
  schedule(stub, connection, connection->out.length - before, request->kind == REQUEST_SEND, now_us);
}

// Answers every whole request in `bytes`; gives the number of bytes they took.
static size_t answer_all(struct stub *stub, struct connection *connection, const char *bytes, size_t length) {
  int64_t now_us = realtime_us();
  size_t done = 0;
  while (!connection->closing && connection->out.length < LARGEST_OUTPUT) {
    struct request request = request_read(bytes + done, length - done);
    if (request.kind == REQUEST_INCOMPLETE) break;
    answer(stub, connection, &request, now_us);
    done += request.length;
  }
  return done;
}

static void take_in(struct stub *stub, struct connection *connection, size_t received) {
  if (connection->in.length == 0) {
    // The usual case: whole requests, answered from where they were received, without a copy.
    size_t done = answer_all(stub, connection, stub->received, received);
    if (done < received) buffer_append(&connection->in, stub->received + done, received - done);
  } else {
    buffer_append(&connection->in, stub->received, received);
    size_t done = answer_all(stub, connection, connection->in.bytes, connection->in.length);
    buffer_consume(&connection->in, done);
  }
  if (connection->out.length >= LARGEST_OUTPUT) {
    hang_up(stub, connection);
  } else {
    flush(stub, connection);
  }
}

static void receive(struct stub *stub, struct connection *connection) {
  ssize_t received = recv(connection->fd, stub->received, sizeof stub->received, 0);
  if (received > 0) {
    take_in(stub, connection, (size_t)received);
  } else if (received == 0 || (errno != EAGAIN && errno != EINTR)) {
    hang_up(stub, connection);
  }
}

void connection_handle(struct stub *stub, struct connection *connection, uint32_t events) {
  if (connection->fd < 0) return;
  if (events & EPOLLOUT) flush(stub, connection);
  if (connection->fd >= 0 && events & (EPOLLIN | EPOLLHUP | EPOLLERR)) receive(stub, connection);
}

void connections_release_due(struct stub *stub) {
  int64_t now_ns = clock_ns(CLOCK_MONOTONIC);
  struct delayed due;
  while (delays_pop_due(&stub->delays, now_ns, &due)) {
    struct connection *connection = due.connection;
    connection->delayed--;
    if (connection->fd < 0) {
      bury_when_done(stub, connection);
      continue;
    }
    connection->released += due.length;
    if (due.is_send) count_served(stub, realtime_us());
    flush(stub, connection);
  }
}
