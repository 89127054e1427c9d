/// The time of a round of work, read once, and only if somebody asks.
public struct RoundClock {
  /// When the round was first asked for its time.
  public private(set) lazy var now = MonotonicTime.now

  /// A round that begins.
  public init() {}
}
