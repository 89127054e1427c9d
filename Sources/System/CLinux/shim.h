#pragma once

#include <pthread.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/prctl.h>

/// glibc declares pthread_setname_np only under _GNU_SOURCE, which a module can't set.
int pthread_setname_np(pthread_t thread, const char *name);

/// prctl takes any number of arguments, which Swift can't call.
static inline int clinux_set_parent_death_signal(int number) { return prctl(PR_SET_PDEATHSIG, number); }
