import JSON

/// What a load test found.
struct LoadReport: Sendable {
  let messages: Int
  let seconds: Double
  let sent: Int
  /// Failed attempts after which a message was scheduled again.
  let retries: Int
  let dead: Int
  let waits: Percentiles
  let sends: Percentiles
  /// CPU time of the worker for each message, in microseconds.
  let cpuMicroseconds: Double
  /// The most memory that the worker was seen to have, in bytes.
  let peakMemory: Double

  /// Three percentiles of a duration, in seconds.
  struct Percentiles: Sendable {
    let values: [(name: String, seconds: Double?)]

    /// Percentiles of what a histogram gained.
    ///
    /// - Parameters:
    ///   - gain: what it gained.
    ///   - bound: what no duration can be above; the interpolation within a wide bucket does not know it.
    init(_ gain: HistogramGain, bound: Double) {
      values = [("p50", 0.5), ("p95", 0.95), ("p99", 0.99)].map { name, share in
        (name, gain.percentile(share).map { min($0, bound) })
      }
    }

    var text: String {
      values.map { "\($0.name) \($0.seconds.map { "\(Int(($0 * 1000).rounded())) ms" } ?? "-")" }.joined(
        separator: ", ")
    }

    var json: JSONValue { .object(values.map { ($0.name, $0.seconds.map(JSONValue.number) ?? .null) }) }
  }

  /// Messages that are scheduled for another attempt.
  var waitingForRetry: Int { max(0, messages - sent - dead) }

  /// Messages sent a second.
  var rate: Double { seconds > 0 ? Double(sent) / seconds : 0 }

  /// For people.
  var text: String {
    var table = TextTable(["messages", "\(messages)"])
    for (name, value) in [
      ("time", "\(oneDecimal(seconds)) s"), ("rate", "\(oneDecimal(rate)) messages/s"), ("sent", "\(sent)"),
      ("dead letters", "\(dead)"), ("to be retried", "\(waitingForRetry)"), ("retries", "\(retries)"),
      ("wait in lane", waits.text),
      ("send", sends.text), ("worker CPU", "\(oneDecimal(cpuMicroseconds)) µs a message"),
      ("worker memory", "\(oneDecimal(peakMemory / 1e6)) MB at most"),
    ] {
      table.add([name, value])
    }
    return table.text
  }

  /// For programs: times in seconds, memory in bytes.
  var json: JSONValue {
    [
      "messages": .integer(messages), "seconds": .number(seconds), "messages_per_second": .number(rate),
      "sent": .integer(sent), "dead": .integer(dead), "waiting_for_retry": .integer(waitingForRetry),
      "retried": .integer(retries), "wait_seconds": waits.json, "send_seconds": sends.json,
      "cpu_us_per_message": .number(cpuMicroseconds),
      "peak_memory_bytes": .number(peakMemory),
    ]
  }
}
