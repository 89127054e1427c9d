/// Holds handlers until the test opens it, and tells the test how many stand there.
package actor Gate {
  private var isOpen = false
  private var waiting: [CheckedContinuation<Void, Never>] = []
  private var entered = 0
  private var watchers: [(count: Int, continuation: CheckedContinuation<Void, Never>)] = []

  /// A closed gate.
  package init() {}

  /// Waits until the gate opens.
  package func pass() async {
    entered += 1
    for watcher in watchers where watcher.count <= entered { watcher.continuation.resume() }
    watchers.removeAll { $0.count <= entered }
    guard !isOpen else { return }
    await withCheckedContinuation { waiting.append($0) }
  }

  /// Waits until so many have come.
  package func waitUntil(entered count: Int) async {
    guard entered < count else { return }
    await withCheckedContinuation { watchers.append((count, $0)) }
  }

  /// Lets everybody go on.
  package func open() {
    isOpen = true
    for continuation in waiting { continuation.resume() }
    waiting = []
  }
}
