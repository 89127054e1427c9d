#include "json.h"

#include <string.h>

enum { DEEPEST_NESTING = 64 };

struct cursor {
  const char *at;
  const char *end;
};

static void skip_space(struct cursor *cursor) {
  while (cursor->at < cursor->end && memchr(" \t\r\n", *cursor->at, 4)) cursor->at++;
}

static bool take(struct cursor *cursor, char wanted) {
  skip_space(cursor);
  if (cursor->at == cursor->end || *cursor->at != wanted) return false;
  cursor->at++;
  return true;
}

static bool peek(struct cursor *cursor, char wanted) {
  skip_space(cursor);
  return cursor->at < cursor->end && *cursor->at == wanted;
}

static bool take_escape(struct cursor *cursor) {
  if (cursor->end - cursor->at < 2) return false;
  char kind = cursor->at[1];
  cursor->at += 2;
  if (kind != 'u') return kind && strchr("\"\\/bfnrt", kind);
  for (int digit = 0; digit < 4; digit++, cursor->at++) {
    if (cursor->at == cursor->end || !*cursor->at || !strchr("0123456789abcdefABCDEF", *cursor->at)) return false;
  }
  return true;
}

static bool take_string(struct cursor *cursor, struct slice *content) {
  if (!take(cursor, '"')) return false;
  const char *start = cursor->at;
  while (cursor->at < cursor->end && *cursor->at != '"') {
    if ((unsigned char)*cursor->at < 0x20) return false;
    if (*cursor->at != '\\') {
      cursor->at++;
    } else if (!take_escape(cursor)) {
      return false;
    }
  }
  if (cursor->at == cursor->end) return false;
  *content = (struct slice){start, (size_t)(cursor->at - start)};
  cursor->at++;
  return true;
}

static bool take_scalar(struct cursor *cursor) {
  const char *start = cursor->at;
  while (cursor->at < cursor->end && !memchr(",]} \t\r\n", *cursor->at, 7)) cursor->at++;
  size_t length = (size_t)(cursor->at - start);
  if (length == 0) return false;
  if (length == 4 && (!memcmp(start, "true", 4) || !memcmp(start, "null", 4))) return true;
  if (length == 5 && !memcmp(start, "false", 5)) return true;
  for (size_t index = 0; index < length; index++) {
    if (!memchr("0123456789+-.eE", start[index], 15)) return false;
  }
  return true;
}

static bool take_value(struct cursor *cursor, int depth);

static bool take_array(struct cursor *cursor, int depth) {
  if (!take(cursor, '[')) return false;
  if (take(cursor, ']')) return true;
  do {
    if (!take_value(cursor, depth + 1)) return false;
  } while (take(cursor, ','));
  return take(cursor, ']');
}

static bool same(struct slice slice, const char *text) {
  return slice.length == strlen(text) && !memcmp(slice.start, text, slice.length);
}

static bool take_member(struct cursor *cursor, int depth, struct send_body *body) {
  struct slice name, content;
  if (!take_string(cursor, &name) || !take(cursor, ':')) return false;
  if (!peek(cursor, '"')) return take_value(cursor, depth + 1);
  if (!take_string(cursor, &content)) return false;
  if (body && same(name, "number")) body->number = content;
  if (body && same(name, "text")) body->text = content;
  return true;
}

// `body` is NULL for the nested objects, whose members are of no interest.
static bool take_object(struct cursor *cursor, int depth, struct send_body *body) {
  if (!take(cursor, '{')) return false;
  if (take(cursor, '}')) return true;
  do {
    if (!take_member(cursor, depth, body)) return false;
  } while (take(cursor, ','));
  return take(cursor, '}');
}

static bool take_value(struct cursor *cursor, int depth) {
  struct slice ignored;
  if (depth > DEEPEST_NESTING) return false;
  if (peek(cursor, '"')) return take_string(cursor, &ignored);
  if (peek(cursor, '{')) return take_object(cursor, depth, NULL);
  if (peek(cursor, '[')) return take_array(cursor, depth);
  return take_scalar(cursor);
}

bool json_read_send_body(struct slice json, struct send_body *body) {
  struct cursor cursor = {json.start, json.start + json.length};
  *body = (struct send_body){{"", 0}, {"", 0}};
  if (!take_object(&cursor, 0, body)) return false;
  skip_space(&cursor);
  return cursor.at == cursor.end;
}
