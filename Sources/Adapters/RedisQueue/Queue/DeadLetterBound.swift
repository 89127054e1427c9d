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
