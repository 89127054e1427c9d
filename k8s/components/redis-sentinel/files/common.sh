# shellcheck shell=sh
# What the scripts beside this one share; they source it. Their environment:
#
#   FAILOVER_NODES     the three nodes, each host:port-of-redis:port-of-sentinel
#   FAILOVER_SECRETS   the folder of the passwords, one in a file

MASTER_SET=ifinu
MAJORITY=2

complain() { echo "$(basename "$0"): $*" >&2; }

# A password by its file's name. Redis' configuration, HAProxy's and the ACL file quote differently: what none of them
# has to quote is taken, and nothing else.
secret() {
  value=$(cat "$FAILOVER_SECRETS/$1")
  case $value in
    '' | *[!A-Za-z0-9_-]*)
      complain "the secret $1 must be of A-Z a-z 0-9 _ - alone, and not empty"
      return 1
      ;;
  esac
  printf '%s' "$value"
}

# The parts of host:port:port, from the right, so that a host may hold colons.
sentinel_port() { printf '%s' "${1##*:}"; }
redis_port() { rest=${1%:*}; printf '%s' "${rest##*:}"; }
host() { rest=${1%:*}; printf '%s' "${rest%:*}"; }

# "host port" of the master that a majority of the Sentinels names; nothing while none does.
named_master() {
  for node in $FAILOVER_NODES; do
    REDISCLI_AUTH=$1 timeout 2 redis-cli -h "$(host "$node")" -p "$(sentinel_port "$node")" --raw \
      SENTINEL GET-MASTER-ADDR-BY-NAME "$MASTER_SET" 2>/dev/null | paste -s -d ' ' - || true
  done | sort | uniq -c | awk -v majority="$MAJORITY" '$1 >= majority && NF == 3 { print $2, $3 }'
}
