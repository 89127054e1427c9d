import Synchronization

/// Holds back records that repeat: when Redis is away or Evolution refuses everything, one line says so, and a count
/// says how often.
///
/// Of the records that are alike, the first few in a window are written; the first one of the next window tells how
/// many were held back. Records below `notice` are for people who want them all, and are never held back.
final class RepeatedRecords: Sendable {
  /// What becomes of a record.
  enum Decision: Equatable {
    /// It is written, and that many like it were held back before.
    case write(heldBack: Int)
    case holdBack
  }

  private struct Window {
    var start: Duration
    var written = 0
    var heldBack = 0
  }

  private static let window = Duration.seconds(10)
  private static let allowance = 5
  /// More kinds of records than this are not told apart: the memory is bounded, whatever is logged.
  private static let maximumKinds = 256

  private let windows = Mutex<[String: Window]>([:])
  private let now: @Sendable () -> Duration

  /// A filter by a clock that only goes forward.
  init(now: @escaping @Sendable () -> Duration) { self.now = now }

  /// Decides on a record by what it says, not by its fields: message and class are alike, ids differ.
  func decide(on kind: String) -> Decision {
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
}
