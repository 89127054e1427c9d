internal import Synchronization

/// Lets a bounded number in at once, and turns the rest away.
final class ScrapeGate: Sendable {
  private let limit: Int
  private let inside = Atomic<Int>(0)

  init(limit: Int) { self.limit = limit }

  /// What the body gives, or nil when as many as may be are inside.
  func enter(_ body: () async -> HTTPResponse) async -> HTTPResponse? {
    defer { inside.subtract(1, ordering: .relaxed) }
    guard inside.add(1, ordering: .relaxed).newValue <= limit else { return nil }
    return await body()
  }
}
