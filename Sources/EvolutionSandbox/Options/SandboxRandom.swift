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
}

/// What befalls one send.
enum Fate: Equatable {
  case sent
  case limited
  case failed(Transient)
  case hung

  /// Failures before anything was sent, as Evolution words them.
  enum Transient: String, CaseIterable {
    case closed = "Connection Closed"
    case timedOut = "Timed Out"
    case notLoaded = "Cannot read properties of undefined (reading 'onWhatsApp')"
  }

  /// Draws a fate; one draw decides, so that the shares are exact.
  static func draw(_ rates: FaultRates, using random: inout SandboxRandom) -> Fate {
    let draw = Double.random(in: 0..<1, using: &random)
    if draw < rates.limit { return .limited }
    if draw < rates.limit + rates.fail {
      return .failed(Transient.allCases.randomElement(using: &random) ?? .closed)
    }
    if draw < rates.limit + rates.fail + rates.hang { return .hung }
    return .sent
  }
}
