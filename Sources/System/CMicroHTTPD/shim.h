#pragma once

#include <microhttpd.h>
#include <string.h>
#include <sys/eventfd.h>
#include <zlib.h>

/// Leaves the escapes of a target alone: decoded, an escaped slash could not be told from a separator.
static inline size_t http_keep_escapes(void *context, struct MHD_Connection *connection, char *text) {
  (void)context;
  (void)connection;
  return strlen(text);
}

/// glibc declares accept4 only under _GNU_SOURCE, which a module can't set.
int accept4(int listening_socket, struct sockaddr *address, socklen_t *length, int flags);

/// Prepares a daemon that accepts nobody by itself; the caller polls for it, runs it and gives it its connections. NULL
/// when it can't be had.
static inline struct MHD_Daemon *http_daemon_start(unsigned int connection_limit, size_t connection_memory,
                                                   MHD_AccessHandlerCallback access,
                                                   MHD_RequestCompletedCallback completed,
                                                   MHD_NotifyConnectionCallback connected, void *context) {
  return MHD_start_daemon(MHD_USE_EPOLL | MHD_ALLOW_SUSPEND_RESUME | MHD_USE_NO_LISTEN_SOCKET, 0, NULL, NULL, access,
                          context,
                          MHD_OPTION_CONNECTION_LIMIT, connection_limit,
                          MHD_OPTION_CONNECTION_MEMORY_LIMIT, connection_memory,
                          MHD_OPTION_NOTIFY_COMPLETED, completed, context,
                          MHD_OPTION_NOTIFY_CONNECTION, connected, context,
                          MHD_OPTION_UNESCAPE_CALLBACK, http_keep_escapes, NULL,
                          MHD_OPTION_END);
}

/// Accepts a client for the daemon; its socket, or -1, with errno, when none was to be had.
static inline int http_daemon_accept(struct MHD_Daemon *daemon, int listening_socket) {
  struct sockaddr_storage address = {0};
  socklen_t length = sizeof address;
  int client = accept4(listening_socket, (struct sockaddr *)&address, &length, SOCK_NONBLOCK | SOCK_CLOEXEC);
  // What the daemon can't take it closes.
  if (client >= 0) MHD_add_connection(daemon, client, (struct sockaddr *)&address, length);
  return client;
}

/// What to poll for the daemon, -1 when there is nothing.
static inline int http_daemon_descriptor(struct MHD_Daemon *daemon) {
  const union MHD_DaemonInfo *info = MHD_get_daemon_info(daemon, MHD_DAEMON_INFO_EPOLL_FD);
  return info == NULL ? -1 : info->epoll_fd;
}

/// What was stored for the connection when it was accepted.
static inline void *http_connection_context(struct MHD_Connection *connection) {
  const union MHD_ConnectionInfo *info = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
  return info == NULL ? NULL : info->socket_context;
}

/// The connection's socket, -1 when it has none.
static inline int http_connection_socket(struct MHD_Connection *connection) {
  const union MHD_ConnectionInfo *info = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD);
  return info == NULL ? -1 : info->connect_fd;
}

/// Where the connection's client is; NULL when that is not known.
static inline const struct sockaddr *http_connection_peer(struct MHD_Connection *connection) {
  const union MHD_ConnectionInfo *info = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
  return info == NULL ? NULL : info->client_addr;
}

/// How many bytes the request line and the headers took.
static inline size_t http_header_size(struct MHD_Connection *connection) {
  const union MHD_ConnectionInfo *info =
      MHD_get_connection_info(connection, MHD_CONNECTION_INFO_REQUEST_HEADER_SIZE);
  return info == NULL ? 0 : info->header_size;
}

/// Prepares a stream that writes the gzip format, at the fastest level.
static inline int gzip_begin(z_stream *stream) {
  return deflateInit2(stream, Z_BEST_SPEED, Z_DEFLATED, MAX_WBITS + 16, 8, Z_DEFAULT_STRATEGY);
}
