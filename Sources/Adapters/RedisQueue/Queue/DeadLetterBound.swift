/// How many dead letters are kept, and for how long.
package struct DeadLetterBound: Sendable, Equatable {
  /// The most that are kept: beyond, no message is given out that might become one.
  package let count: Int
  /// The greatest age; what is older falls off.
  package let age: Duration

  /// A bound by count and age.
  package init(count: Int = 100_000, age: Duration = .seconds(30 * 86_400)) {
    self.count = count
    self.age = age
  }
}

extension Duration {
  /// Whole milliseconds, rounded up, so that nothing happens before its time.
  var wholeMilliseconds: Int {
    let (seconds, attoseconds) = components
    let (milliseconds, overflow) = Int(seconds).multipliedReportingOverflow(by: 1000)
    guard !overflow else { return seconds < 0 ? Int.min / 2 : Int.max / 2 }
    return milliseconds + Int((attoseconds + 999_999_999_999_999) / 1_000_000_000_000_000)
  }
}
