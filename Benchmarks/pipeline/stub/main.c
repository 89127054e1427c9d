// An Evolution API that is no bottleneck: one thread on epoll that answers every valid sendText with 201, after a fixed
// latency if one is asked for. It keeps connections alive, answers pipelined requests in order, and counts what it did.
//
//   POST /message/sendText/{instance}   201 with the v2 body; 400 when number or text is missing
//   GET /count                          {"arrived","served","hung","first_us","last_arrival_us","last_us"}
//
// Usage: stub [--port P] [--latency-ms N] [--arrivals FILE] [--hung INSTANCE]
//   --port P          0, the default, takes a free one; "listening on PORT" is printed either way
//   --hung INSTANCE   never answers its sends; they are counted apart
//   --arrivals FILE   appends "MICROSECONDS FIRST-WORD-OF-TEXT" for each send (CLOCK_REALTIME)
// SIGTERM or SIGINT: prints "served N" and ends with 0.
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <getopt.h>
#include <inttypes.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include "connection.h"

enum { EVENTS_A_ROUND = 512, BACKLOG = 4096, HIGHEST_PORT = 65535, LONGEST_LATENCY_MS = 600000, USAGE = 64 };

// Where events come from besides the connections; the fields' addresses are the events' tags.
struct sources {
  int listener;
  int signals;
};

struct options {
  uint16_t port;
  int64_t latency_ms;
  const char *arrivals;
  const char *hung;
};

static _Noreturn void refuse(const char *message) {
  fprintf(stderr, "stub: %s\nusage: stub [--port P] [--latency-ms N] [--arrivals FILE] [--hung INSTANCE]\n", message);
  exit(USAGE);
}

static long read_number(const char *text, long most, const char *complaint) {
  char *end;
  errno = 0;
  long number = strtol(text, &end, 10);
  if (errno || end == text || *end || number < 0 || number > most) refuse(complaint);
  return number;
}

static struct options read_options(int count, char **arguments) {
  static const struct option known[] = {{"port", required_argument, NULL, 'p'},
                                        {"latency-ms", required_argument, NULL, 'l'},
                                        {"arrivals", required_argument, NULL, 'a'},
                                        {"hung", required_argument, NULL, 'h'},
                                        {0}};
  struct options options = {0};
  for (int option; (option = getopt_long(count, arguments, "", known, NULL)) != -1;) {
    switch (option) {
      case 'p': options.port = (uint16_t)read_number(optarg, HIGHEST_PORT, "--port is 0 to 65535"); break;
      case 'l': options.latency_ms = read_number(optarg, LONGEST_LATENCY_MS, "--latency-ms is 0 to 600000"); break;
      case 'a': options.arrivals = optarg; break;
      case 'h': options.hung = optarg; break;
      default: refuse("unknown option");
    }
  }
  if (optind < count) refuse("no argument is expected");
  return options;
}

static void watch(int epoll, int fd, void *tag) {
  struct epoll_event event = {.events = EPOLLIN, .data.ptr = tag};
  if (epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event) < 0) die("epoll_ctl");
}

static int listen_on(uint16_t port) {
  int on = 1;
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(port)};
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  int listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (listener < 0) die("socket");
  if (setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) < 0) die("SO_REUSEADDR");
  if (bind(listener, (struct sockaddr *)&address, size) < 0) die("bind");
  if (listen(listener, BACKLOG) < 0) die("listen");
  if (getsockname(listener, (struct sockaddr *)&address, &size) < 0) die("getsockname");
  if (printf("listening on %d\n", ntohs(address.sin_port)) < 0 || fflush(stdout) != 0) die("stdout");
  return listener;
}

static void accept_all(struct stub *stub, int listener) {
  int on = 1;
  for (;;) {
    int fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (fd < 0 && errno == EAGAIN) return;
    if (fd < 0 && (errno == EINTR || errno == ECONNABORTED)) continue;
    if (fd < 0) die("accept");
    if (setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on) < 0) die("TCP_NODELAY");
    connection_open(stub, fd);
  }
}

static int open_signals(void) {
  sigset_t set;
  if (sigemptyset(&set) < 0 || sigaddset(&set, SIGTERM) < 0 || sigaddset(&set, SIGINT) < 0) die("sigset");
  if (sigprocmask(SIG_BLOCK, &set, NULL) < 0) die("sigprocmask");
  int signals = signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC);
  if (signals < 0) die("signalfd");
  return signals;
}

static void allow_many_files(void) {
  struct rlimit limit;
  if (getrlimit(RLIMIT_NOFILE, &limit) < 0) die("getrlimit");
  limit.rlim_cur = limit.rlim_max;
  if (setrlimit(RLIMIT_NOFILE, &limit) < 0) die("setrlimit");
}

// Line by line, so that an arrival is in the file before its answer is out.
static FILE *open_arrivals(const char *path) {
  FILE *arrivals = fopen(path, "a");
  if (!arrivals) die(path);
  if (setvbuf(arrivals, NULL, _IOLBF, BUFSIZ) != 0) die("setvbuf");
  return arrivals;
}

static void serve_until_signal(struct stub *stub, const struct sources *sources) {
  struct epoll_event events[EVENTS_A_ROUND];
  for (;;) {
    int count = epoll_wait(stub->epoll, events, EVENTS_A_ROUND, -1);
    if (count < 0 && errno != EINTR) die("epoll_wait");
    for (int index = 0; index < count; index++) {
      void *tag = events[index].data.ptr;
      if (tag == &sources->signals) return;
      if (tag == &sources->listener) {
        accept_all(stub, sources->listener);
      } else if (tag == &stub->delays) {
        connections_release_due(stub);
      } else {
        connection_handle(stub, tag, events[index].events);
      }
    }
    connections_free_buried(stub);
  }
}

static void run(struct stub *stub, uint16_t port) {
  struct sources sources = {.signals = open_signals(), .listener = listen_on(port)};
  watch(stub->epoll, sources.signals, &sources.signals);
  watch(stub->epoll, sources.listener, &sources.listener);
  watch(stub->epoll, stub->delays.timer, &stub->delays);
  serve_until_signal(stub, &sources);
}

int main(int count, char **arguments) {
  struct options options = read_options(count, arguments);
  allow_many_files();
  struct stub *stub = calloc(1, sizeof *stub);
  if (!stub) die("calloc");
  stub->epoll = epoll_create1(EPOLL_CLOEXEC);
  if (stub->epoll < 0) die("epoll_create1");
  stub->latency_ns = options.latency_ms * 1000000;
  stub->delays = delays_open();
  stub->hung = options.hung;
  if (options.arrivals) stub->arrivals = open_arrivals(options.arrivals);

  run(stub, options.port);

  if (stub->arrivals && fclose(stub->arrivals) != 0) die("arrivals file");
  if (printf("served %" PRIu64 "\n", stub->tally.served) < 0 || fflush(stdout) != 0) die("stdout");
  delays_close(&stub->delays);
  buffer_free(&stub->answerer.scratch);
  free(stub);
  return EXIT_SUCCESS;
}
