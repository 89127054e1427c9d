#!/bin/sh
# Starts HAProxy with haproxy.cfg, which reads the nodes and passwords from the environment that is made here. Besides
# what common.sh reads:
#
#   FAILOVER_PROXY_ADDRESS  where clients of Redis connect: host:port, or *:port
#   FAILOVER_STATE_ADDRESS  where /healthz and /metrics answer
set -eu
. "$(dirname "$0")/common.sh"

number=0
for node in $FAILOVER_NODES; do
  export "NODE_${number}_HOST=$(host "$node")"
  export "NODE_${number}_REDIS=$(redis_port "$node")"
  export "NODE_${number}_SENTINEL=$(sentinel_port "$node")"
  number=$((number + 1))
done
if [ "$number" != 3 ]; then
  complain "haproxy.cfg is written for 3 nodes, and FAILOVER_NODES names $number"
  exit 78
fi
HAPROXY_PASSWORD=$(secret haproxy-password)
SENTINEL_PORT_PASSWORD=$(secret sentinel-port-password)
STATE_PORT=${FAILOVER_STATE_ADDRESS##*:}
export HAPROXY_PASSWORD SENTINEL_PORT_PASSWORD STATE_PORT
exec haproxy -db -f "$(dirname "$0")/haproxy.cfg"
