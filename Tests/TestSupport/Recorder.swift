import Synchronization

/// A list that many tasks add to.
package final class Recorder<Element: Sendable>: Sendable {
  private let list = Mutex<[Element]>([])

  /// An empty list.
  package init() {}

  /// What was added, in order.
  package var values: [Element] { list.withLock(\.self) }

  /// How many were added.
  package var count: Int { list.withLock(\.count) }

  /// Adds one.
  package func add(_ element: Element) { list.withLock { $0.append(element) } }
}
