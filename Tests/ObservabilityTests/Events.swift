import Messaging
import Testing

@testable import Delivery

/// What observers are shown.
enum Events {
  /// An attempt at sending a message of this id.
  static func attempt(id: String = "m1", number: Int = 1, recoveries: Int = 0) throws -> DeliveryAttempt {
    DeliveryAttempt(
      outgoing: OutgoingMessage(
        id: id, instance: try #require(InstanceName("loja")), number: try #require(PhoneNumber("11988880001")),
        text: "segredo"),
      lease: Lease(token: Lease.Token("t"), lane: .standard, recoveries: recoveries, payload: []), number: number)
  }
}
