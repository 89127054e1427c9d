#pragma once

#include <pthread.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>

/// glibc declares pthread_setname_np only under _GNU_SOURCE, which a module can't set.
int pthread_setname_np(pthread_t thread, const char *name);
