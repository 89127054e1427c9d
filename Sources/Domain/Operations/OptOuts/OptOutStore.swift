package import Delivery
package import Messaging

/// Whose messages a person has opted out of.
package enum OptOutScope: Hashable, Sendable {
  /// Everybody's.
  case everyone
  /// One tenant's.
  case tenant(TenantID)
}

/// The people who want no more messages. The two forms that a mobile number has, with the ninth digit and without it, are
/// one number, whichever of them was written down.
package protocol OptOutStore: Sendable {
  /// Adds numbers.
  ///
  /// - Returns: how many were not there before.
  /// - Throws: `QueueError`; those of the first numbers may have been added.
  func add(_ numbers: [PhoneNumber], to scope: OptOutScope) async throws(QueueError) -> Int

  /// Takes numbers out, in both forms.
  ///
  /// - Returns: how many were there.
  /// - Throws: `QueueError`; those of the first numbers may have been removed.
  func remove(_ numbers: [PhoneNumber], from scope: OptOutScope) async throws(QueueError) -> Int

  /// Whether each of some numbers is there, in either form.
  func contains(_ numbers: [PhoneNumber], in scope: OptOutScope) async throws(QueueError) -> [Bool]

  /// How many entries there are.
  func count(in scope: OptOutScope) async throws(QueueError) -> Int

  /// Some of the entries, in no order.
  ///
  /// - Parameters:
  ///   - scope: whose.
  ///   - cursor: where the page before ended; nil to begin.
  ///   - count: how many are wanted; a few more or fewer may come, and one twice while others are added.
  /// - Returns: the entries as they are written down, and where to go on; nil at the end.
  /// - Throws: `QueueError`.
  func page(
    of scope: OptOutScope, from cursor: String?, count: Int
  ) async throws(QueueError) -> (entries: [String], next: String?)
}
