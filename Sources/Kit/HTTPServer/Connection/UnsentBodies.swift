/// How many bytes are held for clients that have yet to take them in.
struct UnsentBodies {
  /// The body of an answer.
  enum Body {
    /// One that is held for one answer.
    case own(bytes: Int)
    /// One that is held once, for however many answers.
    case shared(SharedBody)

    var bytes: Int {
      switch self {
      case .own(let bytes): bytes
      case .shared(let body): body.count
      }
    }
  }

  /// The bytes that are held.
  private(set) var bytes = 0
  private var answers: [ObjectIdentifier: Int] = [:]

  mutating func add(_ body: Body) {
    if case .shared(let shared) = body {
      answers[ObjectIdentifier(shared), default: 0] += 1
      guard answers[ObjectIdentifier(shared)] == 1 else { return }
    }
    bytes += body.bytes
  }

  mutating func remove(_ body: Body) {
    if case .shared(let shared) = body {
      let left = answers[ObjectIdentifier(shared), default: 1] - 1
      answers[ObjectIdentifier(shared)] = left == 0 ? nil : left
      guard left == 0 else { return }
    }
    bytes -= body.bytes
  }
}
