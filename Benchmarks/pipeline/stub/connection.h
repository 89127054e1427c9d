// One client's connection: what it has sent, what it is owed, and what of that may leave already.
#ifndef STUB_CONNECTION_H
#define STUB_CONNECTION_H

#include <stdint.h>
#include <stdio.h>

#include "answer.h"
#include "delay.h"

enum { READ_SIZE = 64 << 10 };

struct connection {
  int fd;            // -1 once closed
  struct buffer in;  // the part of a request that has come so far
  struct buffer out;
  size_t released;      // bytes at the front of `out` whose time has come
  unsigned delayed;     // entries in the ring that point here
  bool closing;         // no further request is read; closed when all is answered
  bool waits_for_room;  // the socket was full: EPOLLOUT is on
  bool is_buried;
  struct connection *next;  // in the list of the buried
};

struct stub {
  int epoll;
  int64_t latency_ns;
  struct delays delays;
  struct tally tally;
  struct answerer answerer;
  FILE *arrivals;    // NULL when arrivals are not to be written
  const char *hung;  // the instance whose sends are never answered; NULL when all are
  // Closed connections are freed only between two rounds of events, for an event of the round may still name them.
  struct connection *buried;
  char received[READ_SIZE];
};

void connection_open(struct stub *stub, int fd);
void connection_handle(struct stub *stub, struct connection *connection, uint32_t events);
// Lets go every answer whose time has come.
void connections_release_due(struct stub *stub);
void connections_free_buried(struct stub *stub);

#endif
