/// How a sandbox tells of events.
package struct WebhookOptions: Sendable {
  /// Makes a call and gives the answer's status, nil when there was none; without it webhooks are kept and not called.
  package var deliver: (@Sendable (WebhookCall) async -> Int?)?
  /// Where the events of all instances go, whatever webhooks of their own they have.
  package var globalURL: String?
  /// Whether the event's name is appended to that address.
  package var globalByEvents = false
  /// When a call is tried again.
  package var retry = WebhookRetry()
  /// How many calls wait or are under way at most; those beyond are dropped.
  package var capacity = 10_000
  /// How many calls are under way at once.
  package var concurrency = 64

  /// No call is made.
  package init() {}
}

/// One call of a webhook: a POST.
package struct WebhookCall: Sendable {
  /// Where it goes.
  package let url: String
  /// Header fields beside those that every POST of JSON has.
  package let headers: [(name: String, value: String)]
  /// The event, as JSON.
  package let body: [UInt8]
}

/// How webhooks have fared since the start.
package struct WebhookCounts: Sendable, Equatable {
  /// Calls that were answered well.
  package var delivered: Int
  /// Calls given up after a final answer or the last attempt.
  package var failed: Int
  /// Calls that there was no room for.
  package var dropped: Int

  /// So many of each.
  package init(delivered: Int = 0, failed: Int = 0, dropped: Int = 0) {
    self.delivered = delivered
    self.failed = failed
    self.dropped = dropped
  }
}
