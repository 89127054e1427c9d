public import Messaging

/// Looks how an instance stands with WhatsApp, without sending a message.
public protocol InstanceStateProbe: Sendable {
  /// The state of an instance's connection, as its server knows it: sends may fail on an open one.
  ///
  /// - Returns: nil when it can't be told.
  func connectionState(of instance: InstanceName, shard: Shard?) async -> InstanceConnection?
}

/// How an instance stands with WhatsApp.
public enum InstanceConnection: String, Sendable, Equatable {
  /// Connected, as far as its server knows.
  case open
  /// On its way.
  case connecting
  /// Not connected.
  case closed
  /// Known to the database, but not loaded.
  case notLoaded
  /// Nobody can tell.
  case unknown
}
