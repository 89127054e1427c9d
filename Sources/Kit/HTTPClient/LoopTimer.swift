internal import Platform

/// When libcurl wants to be called next.
struct LoopTimer {
  private enum Time {
    case never
    /// Whatever the clock says: by far the most frequent.
    case atOnce
    case at(MonotonicTime)
  }

  private var time = Time.never

  /// Sets the time from now on; a negative one means that nothing is due.
  mutating func set(milliseconds: Int) {
    time = milliseconds < 0 ? .never : milliseconds == 0 ? .atOnce : .at(.now.advanced(milliseconds: milliseconds))
  }

  /// Whether the time has come; it is told once.
  mutating func isDue(_ clock: inout RoundClock) -> Bool {
    switch time {
    case .never: return false
    case .at(let deadline) where deadline > clock.now: return false
    case .at, .atOnce:
      time = .never
      return true
    }
  }

  /// The same, for the loop.
  func schedule(_ clock: inout RoundClock) -> LoopSchedule {
    switch time {
    case .never: .whenAsked
    case .atOnce: .by(clock.now)
    case .at(let deadline): .by(deadline)
    }
  }
}
