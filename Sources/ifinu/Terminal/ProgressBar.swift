import Platform

/// A line on the terminal that tells how far long work has got; nothing at all when nobody looks.
struct ProgressBar {
  private let title: String
  private let isShown: Bool
  private var lastShown = ContinuousClock.now - .seconds(1)

  /// A bar for a piece of work.
  init(_ title: String) {
    self.title = title
    isShown = StandardStream.error.isTerminal
  }

  /// Tells how far the work has got, at most ten times a second.
  ///
  /// - Parameters:
  ///   - share: the part that is done, from 0 to 1; nil when the whole is not known.
  ///   - detail: what stands behind the bar.
  mutating func show(_ share: Double?, _ detail: String) {
    guard isShown, ContinuousClock.now - lastShown >= .milliseconds(100) else { return }
    lastShown = .now
    draw(share, detail)
  }

  /// Tells the end, and leaves the line.
  func finish(_ detail: String) {
    guard isShown else { return }
    draw(1, detail)
    StandardStream.error.writeLine()
  }

  /// Takes the line away, to make room for others.
  func clear() { if isShown { StandardStream.error.write("\r\u{1B}[K") } }

  private func draw(_ share: Double?, _ detail: String) {
    let width = 30
    let filled = share.map { Int(max(0, min(1, $0)) * Double(width)) }
    let bar = filled.map { String(repeating: "█", count: $0) + String(repeating: "░", count: width - $0) + " " } ?? ""
    let line = "\(title) \(bar)\(detail)"
    StandardStream.error.write("\r\(line.prefix((StandardStream.error.columns ?? 80) - 1))\u{1B}[K")
  }
}
