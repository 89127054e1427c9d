#pragma once
#include <zlib.h>

/// Prepares a stream that writes the gzip format as the monitoring server does, at the fastest level.
static inline int gzip_begin(z_stream *stream) {
  return deflateInit2(stream, Z_BEST_SPEED, Z_DEFLATED, MAX_WBITS + 16, 8, Z_DEFAULT_STRATEGY);
}
