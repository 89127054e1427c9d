import Logging
import Synchronization

/// Holds back records that repeat: when Redis is away or Evolution refuses everything, one line says so, and a count
/// says how often.
///
/// Of the records that are alike, the first few in a window are written. How many were held back is told by the first
/// one after the window, or by ``takeHeldBack(_:)`` when none comes. Records below `notice` are for people who want
/// them all, and are never held back.
final class RepeatedRecords: Sendable {
  /// What makes records alike: whose message it was differs from line to line.
  struct Kind: Hashable {
    let level: Logger.Level
    let message: String
    var failureClass: String?
    var error: String?
  }

  /// What becomes of a record.
  enum Decision: Equatable {
    /// It is written, and that many like it were held back before.
    case write(heldBack: Int)
    case holdBack
  }

  /// Which windows are looked at.
  enum Scope {
    case ended, all
  }

  private struct Window {
    var start: Duration
    var written = 0
    var heldBack = 0
  }

  /// How long records that are alike are counted together.
  static let window = Duration.seconds(10)
  private static let allowance = 5
  /// More kinds of records than this are not told apart: the memory is bounded, whatever is logged.
  private static let maximumKinds = 256

  private let windows = Mutex<[Kind: Window]>([:])
  private let now: @Sendable () -> Duration

  /// A filter by a clock that only goes forward.
  init(now: @escaping @Sendable () -> Duration) { self.now = now }

  /// Decides on a record by what it says, not by its fields: message and class are alike, ids differ.
  func decide(on kind: Kind) -> Decision {
    let now = now()
    return windows.withLock { windows in
      if windows.count >= Self.maximumKinds && windows[kind] == nil { windows.removeAll() }
      var window = windows[kind] ?? Window(start: now)
      defer { windows[kind] = window }
      if now - window.start >= Self.window {
        let heldBack = window.heldBack
        window = Window(start: now, written: 1)
        return .write(heldBack: heldBack)
      }
      guard window.written < Self.allowance else {
        window.heldBack += 1
        return .holdBack
      }
      window.written += 1
      return .write(heldBack: 0)
    }
  }

  /// What was held back and not told yet, in the order of the messages; it is told once.
  func takeHeldBack(_ scope: Scope) -> [(kind: Kind, count: Int)] {
    let now = now()
    let told = windows.withLock { windows in
      let told = windows.filter { scope == .all || now - $0.value.start >= Self.window }
      for kind in told.keys { windows[kind] = nil }
      return told
    }
    return told.filter { $0.value.heldBack > 0 }.map { (kind: $0.key, count: $0.value.heldBack) }
      .sorted { ($0.kind.message, $0.kind.error ?? "") < ($1.kind.message, $1.kind.error ?? "") }
  }
}
