internal import CMicroHTTPD
internal import Glibc

/// Where a client comes from, as far as sharing out goes: an IPv4 address, or the 64 bits of an IPv6 address that name
/// a network, all of whose addresses are one machine's for the asking.
struct PeerAddress: Hashable, Sendable {
  /// Of a client that has no such address.
  static let unknown = PeerAddress(network: 0, host: 0)

  private let network: UInt64
  private let host: UInt32

  private init(network: UInt64, host: UInt32) {
    self.network = network
    self.host = host
  }

  /// The address that the system gave for a connection. An IPv4 client of a socket for IPv6 is an IPv4 client.
  init(_ address: UnsafePointer<sockaddr>?) {
    guard let address = unsafe address else {
      self = .unknown
      return
    }
    switch Int32(unsafe address.pointee.sa_family) {
    case AF_INET:
      self.init(network: 0, host: unsafe UnsafeRawPointer(address).loadUnaligned(fromByteOffset: 4, as: UInt32.self))
    case AF_INET6:
      let bytes = unsafe UnsafeRawPointer(address) + 8
      let network = unsafe UInt64(bigEndian: bytes.loadUnaligned(as: UInt64.self))
      let isMapped =
        unsafe network == 0 && UInt32(bigEndian: bytes.loadUnaligned(fromByteOffset: 8, as: UInt32.self)) == 0xFFFF
      self.init(network: network, host: isMapped ? unsafe bytes.loadUnaligned(fromByteOffset: 12, as: UInt32.self) : 0)
    default:
      self = .unknown
    }
  }
}
