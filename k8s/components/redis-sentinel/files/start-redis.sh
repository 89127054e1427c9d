#!/bin/sh
# Starts this pod's Redis as what a majority of the Sentinels says that it is: the master, or a replica of it.
#
# Until they say so it does not start. So a former master that comes back is a replica from its first moment, and after
# an outage of everything it is the last master that leads, whose data are the newest, and not whichever is up first.
# Arguments are handed on to redis-server. Besides what common.sh reads:
#
#   FAILOVER_SELF        this node, as it stands in FAILOVER_NODES
#   FAILOVER_RUN         a folder for the configuration; it will hold a password, and is best in memory
#   FAILOVER_REDIS_CONF  the configuration that all nodes share
set -eu
. "$(dirname "$0")/common.sh"

self_host=$(host "$FAILOVER_SELF")
self_port=$(redis_port "$FAILOVER_SELF")
port_password=$(secret sentinel-port-password)
replica_password=$(secret replica-password)

master=$(named_master "$port_password")
[ -n "$master" ] || complain "waiting until $MAJORITY Sentinels name the same master"
while [ -z "$master" ]; do
  sleep 1
  master=$(named_master "$port_password")
done
complain "the master is $master"

umask 077
conf=$FAILOVER_RUN/redis.conf
{
  echo "include $FAILOVER_REDIS_CONF"
  echo "port $self_port"
  echo "replica-announce-ip $self_host"
  echo "replica-announce-port $self_port"
  echo "masteruser replica"
  echo "masterauth $replica_password"
  # A master that no replica has heard from for 10 s takes no more writes. It bounds what a failover can lose, also
  # where replication has stopped and nobody noticed.
  echo "min-replicas-to-write 1"
  echo "min-replicas-max-lag 10"
  # A replica that was away for a moment is brought up from here, and not by a copy of everything.
  echo "repl-backlog-size 64mb"
  [ "$master" = "$self_host $self_port" ] || echo "replicaof $master"
} >"$conf"
exec redis-server "$conf" "$@"
