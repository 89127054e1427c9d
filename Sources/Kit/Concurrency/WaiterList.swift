/// Suspended tasks, in the order in which they came; the owner keeps it under a lock.
///
/// A task takes a ticket, suspends, and adds its continuation under that ticket. The code that takes a continuation out
/// resumes it, outside the lock.
public struct WaiterList<Value: Sendable>: Sendable {
  /// A suspended task.
  public typealias Waiter = CheckedContinuation<Value, Never>

  /// A task's place in line.
  public struct Ticket: Hashable, Sendable {
    fileprivate let number: Int
  }

  private var waiters: [Int: Waiter] = [:]
  private var first = 0
  private var next = 0

  /// An empty list.
  public init() {}

  /// How many tasks are suspended.
  public var count: Int { waiters.count }

  /// Whether no task is suspended.
  public var isEmpty: Bool { waiters.isEmpty }

  /// A place at the end of the line, for a task that is about to suspend.
  public mutating func takeTicket() -> Ticket {
    defer { next += 1 }
    return Ticket(number: next)
  }

  /// Adds a suspended task in the place that it was given.
  public mutating func add(_ waiter: Waiter, at ticket: Ticket) { waiters[ticket.number] = waiter }

  /// Takes one task out, as when it was cancelled; nil when it is not here, or no longer.
  public mutating func remove(_ ticket: Ticket) -> Waiter? { waiters.removeValue(forKey: ticket.number) }

  /// Takes the task out that has waited for longest; nil when nobody waits.
  public mutating func popFirst() -> Waiter? {
    guard !waiters.isEmpty else { return nil }
    while first < next {
      defer { first += 1 }
      if let waiter = waiters.removeValue(forKey: first) { return waiter }
    }
    return nil
  }

  /// Takes all tasks out.
  public mutating func removeAll() -> [Waiter] {
    defer { waiters.removeAll(keepingCapacity: true) }
    return Array(waiters.values)
  }
}
