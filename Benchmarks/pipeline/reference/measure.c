#include "measure.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

_Noreturn void fail(const char *what, const char *why) {
  fprintf(stderr, "reference: %s: %s\n", what, why);
  exit(EXIT_FAILURE);
}

void check_system(int result, const char *what) {
  if (result < 0) fail(what, strerror(errno));
}

double seconds_now(void) {
  struct timespec now;
  check_system(clock_gettime(CLOCK_MONOTONIC, &now), "clock_gettime");
  return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

double cpu_us(void) {
  struct rusage usage;
  check_system(getrusage(RUSAGE_SELF, &usage), "getrusage");
  return (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * 1e6 +
         (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec);
}

// From /proc, for ru_maxrss also counts what the process that started this one held.
double peak_rss_mb(void) {
  char line[256];
  long kilobytes = -1;
  FILE *status = fopen("/proc/self/status", "r");
  if (!status) fail("/proc/self/status", strerror(errno));
  while (kilobytes < 0 && fgets(line, sizeof line, status)) {
    if (sscanf(line, "VmHWM: %ld kB", &kilobytes) != 1) kilobytes = -1;
  }
  if (fclose(status) != 0 || kilobytes < 0) fail("/proc/self/status", "no VmHWM");
  return (double)kilobytes / 1024;
}
