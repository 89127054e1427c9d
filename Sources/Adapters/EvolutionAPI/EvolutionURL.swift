internal import HTTPClient
internal import Messaging

/// The address of an Evolution API, known to be one that requests can be made to.
package struct EvolutionURL: Sendable, Equatable, CustomStringConvertible {
  /// The address without a slash at its end.
  package let base: String
  /// Made once: every message needs it.
  private let sendTextBase: String

  /// Takes `http://` or `https://`, a host, perhaps a port and a path.
  ///
  /// - Throws: ``EvolutionSetupError`` that says what is wrong with it.
  package init(_ text: String) throws(EvolutionSetupError) {
    let url: HTTPURL
    do throws(HTTPURL.Problem) { url = try HTTPURL(text) } catch { throw Self.wrong(Self.advice(on: error)) }
    guard !url.hasCredentials else {
      throw Self.wrong("it must not hold a user or password; the API key is a setting of its own")
    }
    guard !url.hasQueryOrFragment else {
      throw Self.wrong("it must end with the host, the port or a path, without ? or #")
    }
    var base = url.text
    while base.hasSuffix("/") { base.removeLast() }
    self.base = base
    sendTextBase = "\(base)/message/sendText/"
  }

  /// The address.
  package var description: String { base }

  /// Where texts are sent to an instance.
  func sendText(_ instance: InstanceName) -> String { sendTextBase + instance.pathSegment }

  /// Where an instance's connection state is read.
  func connectionState(_ instance: InstanceName) -> String {
    "\(base)/instance/connectionState/\(instance.pathSegment)"
  }

  /// Where an instance's messages are looked up.
  func findMessages(_ instance: InstanceName) -> String { "\(base)/chat/findMessages/\(instance.pathSegment)" }

  /// Where the instances are listed.
  var instances: String { "\(base)/instance/fetchInstances" }

  /// Where the API names itself.
  var root: String { "\(base)/" }

  private static func advice(on problem: HTTPURL.Problem) -> String {
    switch problem {
    case .scheme: "it must start with http:// or https://"
    case .host: "the host is missing or malformed"
    case .port: "the port must be a number from 1 to 65535"
    case .malformed: "it is no URL such as http://127.0.0.1:8080"
    }
  }

  private static func wrong(_ reason: String) -> EvolutionSetupError {
    EvolutionSetupError(setting: .baseURL, reason: reason)
  }
}
