import Delivery
import HTTPClient
import Messaging
import TestSupport
import Testing

@testable import EvolutionAPI

/// A client of an address, with time-outs that no answer comes near.
func client(
  _ url: String, connectTimeout: Duration = .patience, sendTimeout: Duration = .patience, caFile: String? = nil
) throws -> EvolutionClient {
  try EvolutionClient(
    address: EvolutionAddress(url), apiKey: "segredo-123", connectTimeout: connectTimeout, sendTimeout: sendTimeout,
    caFile: caFile, userAgent: "ifinu/test")
}

/// A client that keeps its connections however slow the machine that tests it.
func patientClient(_ url: String) throws -> EvolutionClient {
  try EvolutionClient(address: EvolutionAddress(url), settings: patientSettings)
}

/// The settings of a ``patientClient(_:)``.
var patientSettings: TransferSettings {
  var settings = TransferSettings(headers: ["Expect:"])
  settings.connectTimeout = .patience
  settings.timeout = .patience
  settings.maximumIdle = .forever
  return settings
}

/// A message to a number that nobody has.
func message(_ text: String = "Oi", instance: String = "vendas") throws -> OutgoingMessage {
  try OutgoingMessage(
    id: "1", instance: #require(InstanceName(instance)), number: #require(PhoneNumber("5511999990001")), text: text)
}

extension EvolutionClient {
  /// The failure of a send that must fail.
  func failure(sending message: OutgoingMessage) async throws -> SendFailure {
    do {
      let receipt = try await send(message)
      Issue.record("sent, with \(receipt)")
      return SendFailure(.serverError, detail: "sent")
    } catch {
      return error
    }
  }
}
