package import Messaging

/// Every key that the queue uses, derived from one prefix. With a hash tag in the prefix, as in `{ifinu}:`, all of
/// them live in one slot of a Redis Cluster.
package struct RedisKeys: Sendable, Equatable {
  /// What all keys begin with.
  package let prefix: String
  /// Sorted set: lease token → expiry in milliseconds.
  let inFlight: String
  /// Hash: lease token → envelope.
  let inFlightBodies: String
  /// Sorted set: token of the lease that was retried → due time in milliseconds.
  let scheduled: String
  /// Hash: the same token → envelope.
  let scheduledBodies: String
  /// Sorted set: token of the lease that was buried → time of burial in milliseconds.
  let dead: String
  /// Hash: the same token → header in JSON, a line feed, payload.
  let deadBodies: String
  /// Hash: when leases were last looked at for recovery, `visto`, and until when they are left alone, `tregua`, both in
  /// milliseconds.
  let clock: String
  /// Hash: what is counted since the queue was made.
  let totals: String
  /// Hash: digest of a payload that can't carry the count itself → how often it was recovered.
  let recoveries: String
  /// Hash: tenant → instance, kept by others.
  let instances: String
  /// Hash: instance → shard, kept by others.
  let shards: String
  /// Hash: lease token → when its message began to be sent, in milliseconds, for those whose token does not say so.
  let begun: String
  /// Sorted set: group of messages that wait for one instance → its turn, for those that may go on.
  let turns: String
  /// The same of those with something in the urgent lane.
  let urgentTurns: String
  /// Sorted set: group → when it may go on, in milliseconds.
  let blocked: String
  /// Hash: instance → its pace and what it sent today, for those with limits.
  let pacing: String
  /// Hash: instance → why and until when it is stopped.
  let health: String
  /// Hash: stopped instance → when its connection was last looked at, and what that gave.
  let looks: String
  /// Hash: lane → messages that were sorted out of it; and how far a lane was read that needed no sorting.
  let sorted: String
  /// Hash: tenant → instance as the directory named it, with the time until which that is good.
  let directory: String
  /// Hash: instance → its limits in JSON, kept by others.
  let limits: String
  /// Hash: instance and recipient whose later messages wait behind one → when that is due, in milliseconds.
  let order: String
  /// What the hashes of what was sent begin with: a number follows.
  let sentPrefix: String
  /// The last count of all instances, for a moment.
  let census: String
  /// What the queues of the instances begin with: lane, a colon and the group follow.
  let queuePrefix: String
  /// Set: numbers of people who want no more messages, of nobody.
  let optOuts: String
  /// Keys of each type that nothing uses: rights are tried on them.
  let scratch: [String]
  private let laneKeys: [String]

  /// The keys under a prefix.
  package init(prefix: String = "ifinu:") {
    self.prefix = prefix
    inFlight = prefix + "em_voo"
    inFlightBodies = prefix + "em_voo:corpos"
    scheduled = prefix + "agendadas"
    scheduledBodies = prefix + "agendadas:corpos"
    dead = prefix + "mortas"
    deadBodies = prefix + "mortas:corpos"
    clock = prefix + "relogio"
    totals = prefix + "totais"
    recoveries = prefix + "recuperacoes"
    instances = prefix + "instancias"
    shards = prefix + "shards"
    begun = prefix + "em_voo:iniciadas"
    turns = prefix + "rodizio"
    urgentTurns = prefix + "rodizio:urgente"
    blocked = prefix + "rodizio:bloqueadas"
    pacing = prefix + "instancias:ritmo"
    health = prefix + "instancias:saude"
    looks = prefix + "instancias:olhadas"
    sorted = prefix + "espera"
    directory = prefix + "instancias:diretorio"
    limits = prefix + "instancias:limites"
    order = prefix + "ordem"
    sentPrefix = prefix + "enviadas:"
    census = prefix + "instancias:censo"
    queuePrefix = prefix + "espera:"
    optOuts = prefix + "descadastrados"
    scratch = ["lista", "zset", "hash"].map { prefix + "ensaio:" + $0 }
    laneKeys = Lane.allCases.map { prefix + "fila:" + $0.name }
  }

  /// The lanes' lists, in the order in which they are served.
  package var lanes: [String] { laneKeys }

  /// A lane's list.
  package func lane(_ lane: Lane) -> String { prefix + "fila:" + lane.name }

  /// What scripts need that work on the queues of single instances: `KEYS[1...7]` of theirs.
  var instanceQueues: [String] { [turns, urgentTurns, blocked, pacing, health, sorted, inFlight] }

  /// Set: numbers of people who want no more messages of a tenant.
  func optOuts(of tenant: TenantID) -> String { "\(optOuts):\(tenant.canonical)" }

  /// What each key must hold, by the server's own names of the types.
  var types: [(key: String, type: String)] {
    laneKeys.map { ($0, "list") }
      + [inFlight, scheduled, dead, turns, urgentTurns, blocked].map { ($0, "zset") }
      + [
        inFlightBodies, scheduledBodies, deadBodies, clock, totals, recoveries, instances, shards, begun, pacing,
        health, sorted, directory, limits, order, looks,
      ].map { ($0, "hash") }
      + [(optOuts, "set")]
  }
}
