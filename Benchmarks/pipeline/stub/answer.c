#include "answer.h"

#include <inttypes.h>
#include <stdio.h>

// Odd, so that multiplying by it modulo 2^64 keeps distinct serials distinct while the ids look random.
#define SERIAL_SPREAD UINT64_C(0x9E3779B97F4A7C15)

static void send_scratch(struct answerer *answerer, struct buffer *out, const char *status) {
  char head[160];
  int length = snprintf(head, sizeof head,
                        "HTTP/1.1 %s\r\nContent-Type: application/json; charset=utf-8\r\nContent-Length: %zu\r\n\r\n",
                        status, answerer->scratch.length);
  if (length < 0 || (size_t)length >= sizeof head) die("answer head");
  buffer_append(out, head, (size_t)length);
  buffer_append(out, answerer->scratch.bytes, answerer->scratch.length);
  answerer->scratch.length = 0;
}

static void send_text(struct answerer *answerer, struct buffer *out, const char *status, const char *text) {
  buffer_append_text(&answerer->scratch, text);
  send_scratch(answerer, out, status);
}

void answer_created(struct answerer *answerer, struct buffer *out, const struct send_body *body, uint64_t serial,
                    int64_t now_us) {
  char id[32], timestamp[32];
  if (snprintf(id, sizeof id, "3EB0%016" PRIX64, serial * SERIAL_SPREAD) < 0) die("answer id");
  if (snprintf(timestamp, sizeof timestamp, "%" PRId64, now_us / 1000000) < 0) die("answer timestamp");
  struct buffer *json = &answerer->scratch;
  buffer_append_text(json, "{\"key\":{\"remoteJid\":\"");
  buffer_append_slice(json, body->number);
  buffer_append_text(json, "@s.whatsapp.net\",\"fromMe\":true,\"id\":\"");
  buffer_append_text(json, id);
  buffer_append_text(json, "\"},\"pushName\":\"\",\"status\":\"PENDING\",\"message\":{\"conversation\":\"");
  buffer_append_slice(json, body->text);
  buffer_append_text(json, "\"},\"contextInfo\":{},\"messageType\":\"conversation\",\"messageTimestamp\":");
  buffer_append_text(json, timestamp);
  buffer_append_text(json, ",\"instanceId\":\"7c1e2a60-5b0e-4a57-9a52-0f4f3c1d9b11\",\"source\":\"unknown\"}");
  send_scratch(answerer, out, "201 Created");
}

void answer_bad_request(struct answerer *answerer, struct buffer *out) {
  send_text(answerer, out, "400 Bad Request",
            "{\"status\":400,\"error\":\"Bad Request\","
            "\"response\":{\"message\":[[\"instance requires property \\\"text\\\"\"]]}}");
}

void answer_not_found(struct answerer *answerer, struct buffer *out) {
  send_text(answerer, out, "404 Not Found",
            "{\"status\":404,\"error\":\"Not Found\",\"response\":{\"message\":[\"Cannot find the route\"]}}");
}

void answer_count(struct answerer *answerer, struct buffer *out, const struct tally *tally) {
  char json[256];
  int length = snprintf(json, sizeof json,
                        "{\"arrived\":%" PRIu64 ",\"served\":%" PRIu64 ",\"hung\":%" PRIu64 ",\"first_us\":%" PRId64
                        ",\"last_arrival_us\":%" PRId64 ",\"last_us\":%" PRId64 "}",
                        tally->arrived, tally->served, tally->hung, tally->first_us, tally->last_arrival_us, tally->last_us);
  if (length < 0 || (size_t)length >= sizeof json) die("answer count");
  send_text(answerer, out, "200 OK", json);
}
