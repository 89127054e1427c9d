internal import JSON
internal import Messaging
package import Time

/// A message for a lane.
package struct NewMessage: Sendable {
  /// What goes into the lane, known to be something that the worker will take.
  package let payload: [UInt8]
  /// Tells it from messages with another number or text; nil where there is nothing to compare.
  package let fingerprint: Fingerprint?

  /// A message, of which only what it has become is kept.
  ///
  /// - Parameters:
  ///   - payload: what goes into the lane.
  ///   - message: what the worker will read in it.
  init(_ payload: [UInt8], _ message: Message) {
    self.payload = payload
    fingerprint = Fingerprint(message)
  }

  /// A load test's payload.
  package static func loadTest(_ number: Int, run: String, now: Timestamp) -> [UInt8] {
    JSONValue.object([
      ("id", .string("test_\(run)_\(number)")), (WireField.createdAt, .string(now.rfc3339)),
    ]).bytes
  }
}
