#!/bin/sh
# Starts this pod's Sentinel: with the settings of sentinel.conf as they are now, and with what it knew when it ended
# (its identity, the master, the votes it gave, the others). Without a past it takes the first node for the master.
# Arguments are handed on to redis-server. Besides what common.sh reads:
#
#   FAILOVER_SELF   this node, as it stands in FAILOVER_NODES
#   FAILOVER_STATE  a folder that outlives the pod
set -eu
. "$(dirname "$0")/common.sh"

port_password=$(secret sentinel-port-password)
sentinel_password=$(secret sentinel-password)
first=${FAILOVER_NODES%% *}

umask 077
mkdir -p "$FAILOVER_STATE"
conf=$FAILOVER_STATE/sentinel.conf
remembered() { if [ -f "$conf" ]; then grep -E "^sentinel ($1) " "$conf" || true; fi; }
monitor=$(remembered "monitor $MASTER_SET")
{
  echo "port $(sentinel_port "$FAILOVER_SELF")"
  echo "dir $FAILOVER_STATE"
  echo "requirepass $port_password"
  echo "sentinel sentinel-pass $port_password"
  echo "sentinel announce-ip $(host "$FAILOVER_SELF")"
  echo "sentinel announce-port $(sentinel_port "$FAILOVER_SELF")"
  echo "sentinel resolve-hostnames yes"
  echo "sentinel announce-hostnames yes"
  echo "${monitor:-sentinel monitor $MASTER_SET $(host "$first") $(redis_port "$first") $MAJORITY}"
  echo "sentinel auth-user $MASTER_SET sentinel"
  echo "sentinel auth-pass $MASTER_SET $sentinel_password"
  cat "$(dirname "$0")/sentinel.conf"
  remembered "myid|current-epoch|(config-epoch|leader-epoch|known-replica|known-sentinel) $MASTER_SET"
} >"$conf.new"
mv "$conf.new" "$conf"
exec redis-server "$conf" --sentinel "$@"
