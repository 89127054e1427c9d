public import Messaging

/// One of the Evolution servers among which the instances are divided: each instance lives on exactly one, for two
/// servers on one WhatsApp session replace each other without end.
public struct Shard: Hashable, Sendable, CustomStringConvertible {
  /// What stands for it in an address, such as the ordinal of a StatefulSet's pod.
  public let name: String

  /// Takes a name of 1 to 63 letters, digits and hyphens, none of these at either end: a label of a host's name
  /// (RFC 1123, section 2.1).
  ///
  /// - Returns: nil for any other name.
  public init?(_ name: String) {
    guard (1...63).contains(name.utf8.count), name.first != "-", name.last != "-",
      name.utf8.allSatisfy(Self.isOfLabel)
    else { return nil }
    self.name = name
  }

  /// The shard of an instance for which nothing else was said, numbered from 0.
  ///
  /// The number is the same in every process and version. When shards are added at the end, only the instances that
  /// the new ones get are moved: jump consistent hash (Lamping and Veach, 2014) over the 64-bit FNV-1a of the name.
  ///
  /// - Parameters:
  ///   - instance: whose shard it is.
  ///   - count: how many shards there are, at least one.
  public init(hashing instance: InstanceName, over count: Int) {
    var key = instance.value.utf8.reduce(UInt64(0xcbf2_9ce4_8422_2325)) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
    var bucket = 0
    var next = 0
    while next < count {
      bucket = next
      key = key &* 2_862_933_555_777_941_757 &+ 1
      next = Int(Double(bucket + 1) * (Double(UInt64(1) << 31) / Double((key >> 33) + 1)))
    }
    name = String(bucket)
  }

  /// The name.
  public var description: String { name }

  private static func isOfLabel(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"):
      true
    default: false
    }
  }
}
