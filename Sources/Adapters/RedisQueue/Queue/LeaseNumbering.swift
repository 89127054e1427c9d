internal import Synchronization

/// The names of this process's leases: a random prefix and a number. The process names them, not Redis, so that it
/// knows which leases may exist when the answer to a reservation never came.
///
/// Behind the prefix stands `+` when the message counts as begun from the reservation on, else `-`.
final class LeaseNumbering: Sendable {
  /// Consecutive names.
  struct Range: Sendable, Equatable {
    let first: Int
    let count: Int
    let beginsAtOnce: Bool
  }

  private static let twelveZeros = 1_000_000_000_000

  private let random = String(UInt64.random(in: .min ... .max), radix: 36)
  private let next = Atomic(0)

  /// Names that were never used before.
  func reserve(_ count: Int, beginsAtOnce: Bool = false) -> Range {
    let end = next.wrappingAdd(count, ordering: .relaxed).newValue
    return Range(first: end - count, count: count, beginsAtOnce: beginsAtOnce)
  }

  /// What the names of a range begin with.
  func prefix(of range: Range) -> String { random + (range.beginsAtOnce ? "+" : "-") }

  /// A name, the number 12 digits wide, so that the order of the texts is that of the numbers.
  func token(_ number: Int, of range: Range) -> String {
    let digits = String(Self.twelveZeros + number).dropFirst()
    var token = random
    token.reserveCapacity(random.utf8.count + 1 + digits.utf8.count)
    token += range.beginsAtOnce ? "+" : "-"
    token += digits
    return token
  }

  /// A name for something else than a lease, never used before.
  func unique() -> String {
    let range = reserve(1)
    return token(range.first, of: range)
  }

  /// The name among the dead letters of what a reservation buries at once.
  func tokenOfOversized(_ number: Int, of range: Range) -> String {
    let prefix = prefix(of: range)
    return "\(prefix)x\(token(number, of: range).dropFirst(prefix.count))"
  }

  /// The names of a range, in order.
  func tokens(_ range: Range) -> [String] {
    (range.first..<(range.first + range.count)).map { token($0, of: range) }
  }
}
