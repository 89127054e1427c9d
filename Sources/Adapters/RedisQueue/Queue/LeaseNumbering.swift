internal import Synchronization

/// The names of this process's leases: a random prefix and a number. The process names them, not Redis, so that it
/// knows which leases may exist when the answer to a reservation never came.
final class LeaseNumbering: Sendable {
  /// Consecutive names.
  struct Range: Sendable, Equatable {
    let first: Int
    let count: Int
  }

  private static let twelveZeros = 1_000_000_000_000

  /// What all names of this process begin with.
  let prefix: String
  private let next = Atomic(0)

  init() { prefix = String(UInt64.random(in: .min ... .max), radix: 36) + "-" }

  /// Names that were never used before.
  func reserve(_ count: Int) -> Range {
    let end = next.wrappingAdd(count, ordering: .relaxed).newValue
    return Range(first: end - count, count: count)
  }

  /// A name, the number 12 digits wide, so that the order of the texts is that of the numbers.
  func token(_ number: Int) -> String {
    let digits = String(Self.twelveZeros + number).dropFirst()
    var token = prefix
    token.reserveCapacity(prefix.utf8.count + digits.utf8.count)
    token += digits
    return token
  }

  /// The name among the dead letters of what a reservation buries at once.
  func tokenOfOversized(_ number: Int) -> String { "\(prefix)x\(token(number).dropFirst(prefix.count))" }

  /// The names of a range, in order.
  func tokens(_ range: Range) -> [String] { (range.first..<(range.first + range.count)).map(token) }
}
