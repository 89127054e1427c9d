import Messaging

extension InstanceName {
  /// A name that is written in a test; a wrong one ends it.
  static func named(_ text: String) -> InstanceName {
    guard let name = InstanceName(text) else { preconditionFailure("\(text) is no name of an instance") }
    return name
  }
}
