import Synchronization

/// The latest exemplar of each bucket of a histogram.
final class ExemplarShelf: Sendable {
  private let latest: Mutex<[ObservedExemplar?]>

  init(buckets: Int) {
    latest = Mutex(Array(repeating: nil, count: buckets))
  }

  func keep(_ exemplar: ObservedExemplar, in bucket: Int) {
    latest.withLock { $0[bucket] = exemplar }
  }

  func all() -> [ObservedExemplar?] {
    latest.withLock { $0 }
  }
}
