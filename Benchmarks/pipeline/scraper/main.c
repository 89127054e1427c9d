// Scrapes one address as fast as the server answers, on kept-alive connections with one request under way on each.
//
//   scraper PORT CONNECTIONS SECONDS [HEADER …]
//
// Prints one JSON object: requests, seconds, p50_ms, p99_ms, body_bytes of the last answer.
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <poll.h>
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
  long body_left;  // -1 while the head is being read
};

static float *samples;
static size_t sample_count;
static char request[4096];
static size_t request_length;
static long body_bytes;

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
  connection->body_left = -1;
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
    if (strncmp(connection->head, "HTTP/1.1 200", 12) != 0) fail("an answer is not 200");
    const char *length = strcasestr(connection->head, "content-length:");
    if (!length) fail("an answer has no length");
    connection->body_left = body_bytes = strtol(length + 15, NULL, 10);
    return index + 1;
  }
  return count;
}

static void receive(struct connection *connection) {
  static char buffer[BUFFER];
  ssize_t count = read(connection->socket, buffer, sizeof buffer);
  if (count <= 0) fail("the server hung up");
  size_t used = connection->body_left < 0 ? take_head(connection, buffer, (size_t)count) : 0;
  if (connection->body_left < 0) return;
  connection->body_left -= (long)((size_t)count - used);
  if (connection->body_left > 0) return;
  if (connection->body_left < 0) fail("an answer is longer than it says");
  if (sample_count < MOST_SAMPLES) samples[sample_count++] = (float)((now() - connection->asked) * 1000);
  ask(connection);
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
  while (now() - start < seconds) {
    if (poll(polled, (nfds_t)connections, 1000) < 0) fail("poll");
    for (int index = 0; index < connections; index++)
      if (polled[index].revents) receive(&all[index]);
  }
  double took = now() - start;
  if (sample_count == 0) fail("no answer came");
  qsort(samples, sample_count, sizeof *samples, ascending);
  printf("{\"requests\":%zu,\"seconds\":%.3f,\"p50_ms\":%.3f,\"p99_ms\":%.3f,\"body_bytes\":%ld}\n", sample_count, took,
         samples[sample_count / 2], samples[sample_count * 99 / 100], body_bytes);
  return 0;
}
