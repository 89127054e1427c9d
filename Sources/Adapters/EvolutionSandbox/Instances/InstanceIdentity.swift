/// The id that an instance has beside its name.
enum InstanceIdentity {
  /// The id of an instance that nobody has made: always the same for a name.
  static func id(of name: String) -> String {
    var random = SandboxRandom(seed: hash(name))
    return self.random(using: &random)
  }

  /// An id in the form of a UUID of version 4.
  static func random(using random: inout SandboxRandom) -> String {
    let high = random.next() & ~0xF000 | 0x4000
    let low = random.next() & ~(0b11 << 62) | 1 << 63
    let digits = Array(hex(high) + hex(low))
    return [0..<8, 8..<12, 12..<16, 16..<20, 20..<32].map { String(digits[$0]) }.joined(separator: "-")
  }

  /// FNV-1a: the same in every run, which Swift's own hash is not.
  private static func hash(_ name: String) -> UInt64 {
    name.utf8.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
  }

  private static func hex(_ value: UInt64) -> String {
    let digits = String(value, radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
  }
}
