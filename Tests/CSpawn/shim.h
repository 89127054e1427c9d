#pragma once

#include <spawn.h>

/// glibc declares these two only under _GNU_SOURCE, which a module can't set.
int posix_spawn_file_actions_addchdir_np(posix_spawn_file_actions_t *actions, const char *path);
int posix_spawn_file_actions_addclosefrom_np(posix_spawn_file_actions_t *actions, int from);
