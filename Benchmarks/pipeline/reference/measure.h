// What a run has cost this process, and the way out when a run cannot go on.
#ifndef REFERENCE_MEASURE_H
#define REFERENCE_MEASURE_H

_Noreturn void fail(const char *what, const char *why);
// Fails with errno when `result` is negative.
void check_system(int result, const char *what);

double seconds_now(void);  // CLOCK_MONOTONIC
double cpu_us(void);       // user and system time of this process
double peak_rss_mb(void);

#endif
