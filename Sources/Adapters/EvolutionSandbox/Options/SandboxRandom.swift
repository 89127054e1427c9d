/// The sandbox's dice: SplitMix64, so that a seed repeats a run.
struct SandboxRandom: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64?) { state = seed ?? .random(in: .min ... .max) }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }

  /// So many characters out of some.
  mutating func text(_ length: Int, of characters: String) -> String {
    let characters = Array(characters.utf8)
    return String(decoding: (0..<length).map { _ in characters.randomElement(using: &self) ?? 0x30 }, as: UTF8.self)
  }
}
