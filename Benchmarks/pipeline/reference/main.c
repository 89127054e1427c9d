// The plain-C reference worker: what the two C libraries do when nothing is promised.
//
// Takes N messages from the list `ifinu:fila:whatsapp` into an active list (LMOVE), POSTs each to the URL, and removes
// it from the active list upon 201 (LREM). One thread on epoll: hiredis, with all that gathered in a round as one
// pipeline, and libcurl's multi_socket with kept-alive connections. No retries, no leases, no metrics.
//
// Usage: reference REDIS_PORT URL N IN_FLIGHT
// Prints {"messages","seconds","rate","cpu_us_per_message","peak_rss_mb"}; ends with 1 at the first thing that goes
// wrong, for a figure measured over failures would mean nothing.
#include <curl/curl.h>
#include <errno.h>
#include <hiredis/hiredis.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>

#include "measure.h"

#define LANE "ifinu:fila:whatsapp"
#define ACTIVE "ifinu:bench:ativas"

enum { CREATED = 201, EVENTS_A_ROUND = 256, MOST_IN_FLIGHT = 4096, USAGE = 64 };

static const double NO_DEADLINE = -1;

enum expected { EXPECT_MESSAGE, EXPECT_REMOVED };

struct slot {
  CURL *easy;
  redisReply *message;  // the payload in flight
  char *body;
};

struct worker {
  redisContext *redis;
  CURLM *multi;
  int epoll;
  double deadline;  // seconds_now() when curl wants to be called; NO_DEADLINE for never
  long total, asked, done;
  long in_flight, idle_count, promised;  // promised: idle slots whose LMOVE is under way
  struct slot *slots;
  struct slot **idle;       // a stack
  enum expected *expected;  // a ring of the replies to come; a slot has at most an LREM and the next LMOVE under way
  long expected_head, expected_count;
};

static void check_redis(struct worker *worker, int result) {
  if (result != REDIS_OK) fail("redis", worker->redis->errstr);
}

static void check_multi(CURLMcode code) {
  if (code != CURLM_OK) fail("curl", curl_multi_strerror(code));
}

static void check_easy(CURLcode code) {
  if (code != CURLE_OK) fail("curl", curl_easy_strerror(code));
}

static void *allocate(size_t count, size_t size) {
  void *memory = calloc(count, size);
  if (!memory) fail("calloc", strerror(errno));
  return memory;
}

// --- From a message to a request -------------------------------------------------------------------------------------

// Copies a string member as it stands, escapes and all: both documents are JSON.
static char *copy_member(char *to, const char *payload, const char *member) {
  const char *start = strstr(payload, member);
  if (!start) fail("payload without", member);
  start += strlen(member);
  const char *end = start;
  while (*end && *end != '"') end += *end == '\\' && end[1] ? 2 : 1;
  memcpy(to, start, (size_t)(end - start));
  return to + (end - start);
}

static long write_body(struct slot *slot) {
  slot->body = realloc(slot->body, slot->message->len + 64);
  if (!slot->body) fail("realloc", strerror(errno));
  char *end = stpcpy(slot->body, "{\"number\":\"");
  end = copy_member(end, slot->message->str, "\"telefone\":\"");
  end = stpcpy(end, "\",\"text\":\"");
  end = copy_member(end, slot->message->str, "\"texto\":\"");
  end = stpcpy(end, "\",\"linkPreview\":false}");
  return end - slot->body;
}

static void post(struct worker *worker, redisReply *message) {
  struct slot *slot = worker->idle[--worker->idle_count];
  worker->promised--;
  slot->message = message;
  check_easy(curl_easy_setopt(slot->easy, CURLOPT_POSTFIELDSIZE, write_body(slot)));
  check_easy(curl_easy_setopt(slot->easy, CURLOPT_POSTFIELDS, slot->body));
  check_multi(curl_multi_add_handle(worker->multi, slot->easy));
}

// --- Redis -----------------------------------------------------------------------------------------------------------

static void expect(struct worker *worker, enum expected kind) {
  worker->expected[(worker->expected_head + worker->expected_count++) % (2 * worker->in_flight)] = kind;
}

static void ask_for_messages(struct worker *worker) {
  for (; worker->promised < worker->idle_count && worker->asked < worker->total; worker->promised++, worker->asked++) {
    check_redis(worker, redisAppendCommand(worker->redis, "LMOVE " LANE " " ACTIVE " RIGHT LEFT"));
    expect(worker, EXPECT_MESSAGE);
  }
}

static void acknowledge(struct worker *worker, struct slot *slot) {
  const char *words[] = {"LREM", ACTIVE, "-1", slot->message->str};
  size_t lengths[] = {4, sizeof ACTIVE - 1, 2, slot->message->len};
  check_redis(worker, redisAppendCommandArgv(worker->redis, 4, words, lengths));
  expect(worker, EXPECT_REMOVED);
  freeReplyObject(slot->message);
  worker->idle[worker->idle_count++] = slot;
}

static void take_reply(struct worker *worker, redisReply *reply) {
  enum expected kind = worker->expected[worker->expected_head];
  worker->expected_head = (worker->expected_head + 1) % (2 * worker->in_flight);
  worker->expected_count--;
  if (kind == EXPECT_MESSAGE) {
    if (reply->type != REDIS_REPLY_STRING) fail("LMOVE", reply->str ? reply->str : "fewer messages than asked for");
    post(worker, reply);
    return;
  }
  if (reply->type != REDIS_REPLY_INTEGER || reply->integer != 1) fail("LREM", "not exactly one removed");
  freeReplyObject(reply);
  worker->done++;
}

static void read_redis(struct worker *worker) {
  void *reply = NULL;
  check_redis(worker, redisBufferRead(worker->redis));
  for (;;) {
    check_redis(worker, redisGetReplyFromReader(worker->redis, &reply));
    if (!reply) return;
    take_reply(worker, reply);
  }
}

// The socket blocks, but never for long: Redis reads whatever comes.
static void flush_redis(struct worker *worker) {
  for (int written = 0; !written;) check_redis(worker, redisBufferWrite(worker->redis, &written));
}

static void open_redis(struct worker *worker, int port) {
  worker->redis = redisConnect("127.0.0.1", port);
  if (!worker->redis) fail("redis", "out of memory");
  check_redis(worker, worker->redis->err);
  struct epoll_event event = {.events = EPOLLIN, .data.fd = worker->redis->fd};
  check_system(epoll_ctl(worker->epoll, EPOLL_CTL_ADD, worker->redis->fd, &event), "epoll_ctl");
}

// --- libcurl on epoll ------------------------------------------------------------------------------------------------

static int watch_socket(CURL *easy, curl_socket_t socket, int wanted, void *context, void *is_watched) {
  (void)easy;
  struct worker *worker = context;
  struct epoll_event event = {.data.fd = socket};
  if (wanted & CURL_POLL_IN && wanted != CURL_POLL_REMOVE) event.events |= EPOLLIN;
  if (wanted & CURL_POLL_OUT && wanted != CURL_POLL_REMOVE) event.events |= EPOLLOUT;
  int operation = wanted == CURL_POLL_REMOVE ? EPOLL_CTL_DEL : is_watched ? EPOLL_CTL_MOD : EPOLL_CTL_ADD;
  check_system(epoll_ctl(worker->epoll, operation, socket, &event), "epoll_ctl");
  if (operation == EPOLL_CTL_ADD) check_multi(curl_multi_assign(worker->multi, socket, worker));
  return 0;
}

static int set_timeout(CURLM *multi, long timeout_ms, void *context) {
  (void)multi;
  struct worker *worker = context;
  worker->deadline = timeout_ms < 0 ? NO_DEADLINE : seconds_now() + (double)timeout_ms / 1e3;
  return 0;
}

static size_t discard(char *bytes, size_t size, size_t count, void *context) {
  (void)bytes, (void)context;
  return size * count;
}

static void prepare(struct slot *slot, const char *url, struct curl_slist *headers) {
  slot->easy = curl_easy_init();
  if (!slot->easy) fail("curl", "curl_easy_init");
  check_easy(curl_easy_setopt(slot->easy, CURLOPT_URL, url));
  check_easy(curl_easy_setopt(slot->easy, CURLOPT_HTTPHEADER, headers));
  check_easy(curl_easy_setopt(slot->easy, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1));
  check_easy(curl_easy_setopt(slot->easy, CURLOPT_NOSIGNAL, 1L));
  check_easy(curl_easy_setopt(slot->easy, CURLOPT_WRITEFUNCTION, discard));
  check_easy(curl_easy_setopt(slot->easy, CURLOPT_PRIVATE, slot));
}

static void finish_transfers(struct worker *worker) {
  CURLMsg *message;
  for (int left; (message = curl_multi_info_read(worker->multi, &left));) {
    struct slot *slot = NULL;
    long status = 0;
    check_easy(message->data.result);
    check_easy(curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, (char **)&slot));
    check_easy(curl_easy_getinfo(slot->easy, CURLINFO_RESPONSE_CODE, &status));
    if (status != CREATED) fail("POST", "answered by something else than 201");
    check_multi(curl_multi_remove_handle(worker->multi, slot->easy));
    acknowledge(worker, slot);
  }
}

static void drive(struct worker *worker, curl_socket_t socket, uint32_t events) {
  int running, ready = 0;
  if (events & EPOLLIN) ready |= CURL_CSELECT_IN;
  if (events & EPOLLOUT) ready |= CURL_CSELECT_OUT;
  if (events & (EPOLLERR | EPOLLHUP)) ready |= CURL_CSELECT_ERR;
  check_multi(curl_multi_socket_action(worker->multi, socket, ready, &running));
}

// --- The loop --------------------------------------------------------------------------------------------------------

static int milliseconds_left(const struct worker *worker) {
  if (worker->deadline == NO_DEADLINE) return -1;
  double left = worker->deadline - seconds_now();
  return left > 0 ? (int)(left * 1e3) + 1 : 0;
}

// A deadline is good for one call: curl sets the next one itself, or leaves it.
static void drive_if_due(struct worker *worker) {
  if (milliseconds_left(worker) != 0) return;
  worker->deadline = NO_DEADLINE;
  drive(worker, CURL_SOCKET_TIMEOUT, 0);
}

static void run(struct worker *worker) {
  struct epoll_event events[EVENTS_A_ROUND];
  while (worker->done < worker->total) {
    ask_for_messages(worker);
    flush_redis(worker);
    int count = epoll_wait(worker->epoll, events, EVENTS_A_ROUND, milliseconds_left(worker));
    if (count < 0 && errno != EINTR) fail("epoll_wait", strerror(errno));
    for (int index = 0; index < count; index++) {
      if (events[index].data.fd == worker->redis->fd) {
        read_redis(worker);
      } else {
        drive(worker, events[index].data.fd, events[index].events);
      }
    }
    drive_if_due(worker);
    finish_transfers(worker);
  }
}

static void open_worker(struct worker *worker, const char *url) {
  struct curl_slist *headers = curl_slist_append(NULL, "Content-Type: application/json");
  if (headers) headers = curl_slist_append(headers, "apikey: bench");
  worker->multi = curl_multi_init();
  if (!headers || !worker->multi) fail("curl", "out of memory");
  check_multi(curl_multi_setopt(worker->multi, CURLMOPT_SOCKETFUNCTION, watch_socket));
  check_multi(curl_multi_setopt(worker->multi, CURLMOPT_SOCKETDATA, worker));
  check_multi(curl_multi_setopt(worker->multi, CURLMOPT_TIMERFUNCTION, set_timeout));
  check_multi(curl_multi_setopt(worker->multi, CURLMOPT_TIMERDATA, worker));
  check_multi(curl_multi_setopt(worker->multi, CURLMOPT_MAXCONNECTS, worker->in_flight));
  worker->slots = allocate((size_t)worker->in_flight, sizeof *worker->slots);
  worker->idle = allocate((size_t)worker->in_flight, sizeof *worker->idle);
  worker->expected = allocate((size_t)worker->in_flight * 2, sizeof *worker->expected);
  for (long index = 0; index < worker->in_flight; index++) {
    prepare(&worker->slots[index], url, headers);
    worker->idle[worker->idle_count++] = &worker->slots[index];
  }
}

static long read_number(const char *text, long most) {
  char *end;
  errno = 0;
  long number = strtol(text, &end, 10);
  if (errno || end == text || *end || number < 1 || number > most) fail("not a number in range", text);
  return number;
}

int main(int count, char **arguments) {
  if (count != 5) {
    fputs("usage: reference REDIS_PORT URL N IN_FLIGHT\n", stderr);
    return USAGE;
  }
  struct worker worker = {.deadline = NO_DEADLINE};
  worker.total = read_number(arguments[3], 100000000);
  worker.in_flight = read_number(arguments[4], MOST_IN_FLIGHT);
  check_system(worker.epoll = epoll_create1(EPOLL_CLOEXEC), "epoll_create1");
  check_easy(curl_global_init(CURL_GLOBAL_DEFAULT));
  open_worker(&worker, arguments[2]);
  open_redis(&worker, (int)read_number(arguments[1], 65535));
  double start = seconds_now();
  run(&worker);
  double seconds = seconds_now() - start, total = (double)worker.total;
  int printed = printf(
      "{\"messages\":%ld,\"seconds\":%.4f,\"rate\":%.1f,\"cpu_us_per_message\":%.2f,"
      "\"peak_rss_mb\":%.1f}\n",
      worker.total, seconds, total / seconds, cpu_us() / total, peak_rss_mb());
  return printed > 0 && fflush(stdout) == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
