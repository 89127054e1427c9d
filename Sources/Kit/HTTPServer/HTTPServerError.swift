internal import Glibc

/// Why a server could not be started, in one line for the person who starts it.
package struct HTTPServerError: Error, Equatable, CustomStringConvertible {
  /// What stood in the way.
  package enum Reason: Sendable, Equatable {
    /// The address can't be read; why.
    case malformed(String)
    /// The name of the host is not known; the resolver's words.
    case unknownHost(String)
    /// The system refused the socket.
    case system(errno: Int32)
    /// The HTTP library refused to start: no memory, thread or descriptor was left.
    case noResources
  }

  /// The address that was asked for.
  package let address: String
  /// What stood in the way.
  package let reason: Reason
  /// The setting that chose the address, to be named in the advice.
  package let setting: String?

  init(address: String, reason: Reason, setting: String? = nil) {
    self.address = address
    self.reason = reason
    self.setting = setting
  }

  /// The address, the reason and, where one is known, the fix.
  package var description: String {
    switch reason {
    case .malformed(let problem): "\(address) is no address to listen on: \(problem)"
    case .unknownHost(let problem): "\(address) can't be resolved: \(problem)\(advice("an address of this machine"))"
    case .system(EADDRINUSE): "\(address) is already in use\(advice("a free one"))"
    case .system(EACCES): "\(address) may not be used by this user\(advice("a port from 1024 on"))"
    case .system(EADDRNOTAVAIL): "\(address) is no address of this machine\(advice("one that is"))"
    case .system(let code): "can't listen on \(address): \(unsafe String(cString: strerror(code)))"
    case .noResources: "can't listen on \(address): no memory, thread or file descriptor is left"
    }
  }

  private func advice(_ value: String) -> String {
    setting.map { "; set \($0) to \(value)" } ?? ""
  }
}
