/// Tells which messages of a file are the same as one before: same number, same text. It remembers so many of them and
/// no more.
package struct SeenMessages: Sendable {
  private var seen: FingerprintSet
  private var noted: [(fingerprint: Fingerprint, line: Int)] = []
  /// How many were the same as one before.
  private(set) var repeated = 0
  /// The line of the first of these.
  private(set) var firstLine: Int?

  /// Nothing seen yet.
  ///
  /// - Parameter maximumCount: how many are remembered.
  init(maximumCount: Int = 1 << 20) { seen = FingerprintSet(maximumCount: maximumCount) }

  /// Notes a message, to be looked at by ``settle()``.
  package mutating func add(_ fingerprint: Fingerprint, at line: Int) { noted.append((fingerprint, line)) }

  /// Looks at what was noted. Together it takes a fraction of the time, since one place of the table is fetched from
  /// memory while another is looked at.
  package mutating func settle() {
    for (fingerprint, line) in noted where !seen.insert(fingerprint.value) {
      repeated += 1
      firstLine = firstLine ?? line
    }
    noted.removeAll(keepingCapacity: true)
  }

  /// The warning; nil when there is none.
  var warning: String? {
    guard let firstLine else { return nil }
    let subject = repeated == 1 ? "1 message is" : "\(repeated) messages are"
    return "warning: \(subject) the same as one before (same number, same text), the first on line \(firstLine)"
  }
}
