// Scrapes one address as fast as the server answers, with one request under way on each connection. Connections are
// kept alive where the server does so, and made anew where not.
//
//   scraper PORT CONNECTIONS SECONDS [HEADER …]
//
// Prints one JSON object: requests, seconds, p50_ms, p99_ms, body_bytes of the last answer.
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { MOST_CONNECTIONS = 64, MOST_SAMPLES = 4000000, BUFFER = 1 << 16 };

struct connection {
  int socket;
  double asked;
  char head[4096];
  size_t head_length;
  long body_left;  // of a body whose length is told
  bool in_head, is_chunked, ends;
  long body_length;
  char tail[7];  // the end of a chunked body so far
};

static float *samples;
static size_t sample_count;
static char request[4096];
static size_t request_length;
static long body_bytes;
static bool is_over;

static double now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

static void fail(const char *what) {
  fprintf(stderr, "scraper: %s\n", what);
  exit(1);
}

static void ask(struct connection *connection) {
  connection->head_length = 0;
  connection->in_head = true;
  connection->body_length = 0;
  memset(connection->tail, 0, sizeof connection->tail);
  connection->asked = now();
  if (write(connection->socket, request, request_length) != (ssize_t)request_length) fail("a request was cut short");
}

static void open_connection(struct connection *connection, int port) {
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((unsigned short)port)};
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  connection->socket = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (connection->socket < 0 || connect(connection->socket, (struct sockaddr *)&address, sizeof address) != 0)
    fail("the server can't be reached");
  ask(connection);
}

// Takes bytes of the head until it ends; gives how many were of the head.
static size_t take_head(struct connection *connection, const char *bytes, size_t count) {
  for (size_t index = 0; index < count; index++) {
    if (connection->head_length + 1 >= sizeof connection->head) fail("the head is too long");
    connection->head[connection->head_length++] = bytes[index];
    connection->head[connection->head_length] = 0;
    if (connection->head_length < 4 || memcmp(connection->head + connection->head_length - 4, "\r\n\r\n", 4) != 0)
      continue;
    if (strncmp(connection->head, "HTTP/1.", 7) != 0 || strncmp(connection->head + 8, " 200", 4) != 0)
      fail("an answer is not 200");
    const char *length = strcasestr(connection->head, "content-length:");
    connection->is_chunked = strcasestr(connection->head, "transfer-encoding: chunked");
    connection->ends = connection->head[7] == '0' || strcasestr(connection->head, "connection: close");
    if (!length && !connection->is_chunked) fail("an answer has no length");
    if (length) connection->body_left = strtol(length + 15, NULL, 10);
    connection->in_head = false;
    return index + 1;
  }
  return count;
}

// Whether the body is whole. No page of metrics holds a carriage return, so that the last chunk can't be taken for text.
static bool take_body(struct connection *connection, const char *bytes, size_t count) {
  connection->body_length += (long)count;
  if (!connection->is_chunked) {
    connection->body_left -= (long)count;
    if (connection->body_left < 0) fail("an answer is longer than it says");
    return connection->body_left == 0;
  }
  size_t size = sizeof connection->tail, kept = count < size ? size - count : 0, taken = size - kept;
  memmove(connection->tail, connection->tail + size - kept, kept);
  memcpy(connection->tail + kept, bytes + count - taken, taken);
  return memcmp(connection->tail, "\r\n0\r\n\r\n", size) == 0;
}

static void receive(struct connection *connection, int port) {
  static char buffer[BUFFER];
  ssize_t count = read(connection->socket, buffer, sizeof buffer);
  if (count <= 0) fail("the server hung up");
  size_t used = connection->in_head ? take_head(connection, buffer, (size_t)count) : 0;
  if (connection->in_head || !take_body(connection, buffer + used, (size_t)count - used)) return;
  body_bytes = connection->body_length;
  if (sample_count < MOST_SAMPLES) samples[sample_count++] = (float)((now() - connection->asked) * 1000);
  if (connection->ends) close(connection->socket);
  if (is_over) {
    connection->socket = -1;
  } else if (connection->ends) {
    open_connection(connection, port);
  } else {
    ask(connection);
  }
}

static int ascending(const void *left, const void *right) {
  float a = *(const float *)left, b = *(const float *)right;
  return (a > b) - (a < b);
}

int main(int count, char **words) {
  if (count < 4) fail("usage: scraper PORT CONNECTIONS SECONDS [HEADER ...]");
  int port = atoi(words[1]), connections = atoi(words[2]);
  double seconds = atof(words[3]);
  if (connections < 1 || connections > MOST_CONNECTIONS) fail("1 to 64 connections");
  request_length = (size_t)snprintf(request, sizeof request, "GET /metrics HTTP/1.1\r\nHost: ifinu\r\n");
  for (int word = 4; word <= count; word++) {
    const char *line = word < count ? words[word] : "";
    if (request_length + strlen(line) + 3 > sizeof request) fail("the headers are too long");
    request_length += (size_t)sprintf(request + request_length, "%s\r\n", line);
  }
  samples = malloc(MOST_SAMPLES * sizeof *samples);
  if (!samples) fail("no memory");

  static struct connection all[MOST_CONNECTIONS];
  struct pollfd polled[MOST_CONNECTIONS];
  double start = now();
  for (int index = 0; index < connections; index++) {
    open_connection(&all[index], port);
    polled[index] = (struct pollfd){.fd = all[index].socket, .events = POLLIN};
  }
  double took = 0;
  size_t answered = 0;
  // What is under way at the end is waited for, so that the server has nothing left of this run when the next begins.
  for (int open = connections; open > 0;) {
    if (!is_over && now() - start >= seconds) {
      is_over = true;
      took = now() - start;
      answered = sample_count;
    }
    if (is_over && now() - start > seconds + 10) fail("the last answers did not come");
    if (poll(polled, (nfds_t)connections, 1000) < 0) fail("poll");
    for (int index = 0; index < connections; index++)
      if (polled[index].revents) {
        receive(&all[index], port);
        polled[index].fd = all[index].socket;
        if (all[index].socket < 0) open--;
      }
  }
  if (answered == 0) fail("no answer came");
  qsort(samples, sample_count, sizeof *samples, ascending);
  printf("{\"requests\":%zu,\"seconds\":%.3f,\"p50_ms\":%.3f,\"p99_ms\":%.3f,\"body_bytes\":%ld}\n", answered, took,
         samples[sample_count / 2], samples[sample_count * 99 / 100], body_bytes);
  return 0;
}
