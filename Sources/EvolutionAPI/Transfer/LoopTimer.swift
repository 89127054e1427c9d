internal import Glibc

/// When libcurl wants to be called next.
struct LoopTimer {
  private var deadline: Int?

  /// Sets the time from now on; a negative one means that nothing is due.
  mutating func set(milliseconds: Int) {
    // A time of 0 is due whatever the clock says, and it is by far the most frequent.
    deadline = milliseconds < 0 ? nil : milliseconds == 0 ? 0 : Self.now() + milliseconds
  }

  /// How long to wait, in milliseconds; nil is without end.
  var wait: Int? { deadline.map { $0 == 0 ? 0 : max(0, $0 - Self.now()) } }

  /// Whether the time has come; it is told once.
  mutating func isDue() -> Bool {
    guard wait == 0 else { return false }
    deadline = nil
    return true
  }

  private static func now() -> Int {
    var time = timespec()
    unsafe clock_gettime(CLOCK_MONOTONIC, &time)
    return time.tv_sec * 1000 + time.tv_nsec / 1_000_000
  }
}
