internal import Settings

/// A setting with which no client can be made.
package struct EvolutionSetupError: Error, Equatable, CustomStringConvertible {
  /// The settings that can be wrong.
  package enum Setting: String, Sendable {
    /// The address of the Evolution API.
    case baseURL = "URL"
    /// The key that it wants to see.
    case apiKey = "API key"
    /// The certificate authorities to trust.
    case caFile = "CA file"
    /// A time-out.
    case limits
    /// The system itself: it gave no thread or descriptor.
    case system
  }

  /// Which setting is wrong.
  package let setting: Setting
  /// What is wrong with it, and what would be right; it never quotes a key or a password.
  package let reason: String

  /// The setting and the reason.
  package var description: String { "\(setting.rawValue): \(reason)" }
}
