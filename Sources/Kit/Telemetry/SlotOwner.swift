import Synchronization

/// The thread that a slot belongs to.
struct SlotOwner: ~Copyable {
  private let thread = Atomic<UInt>(0)

  /// Whether the slot belongs to the given thread, which takes it when it belongs to nobody yet.
  @inline(__always)
  borrowing func admits(_ candidate: UInt) -> Bool {
    thread.load(ordering: .relaxed) == candidate || claim(for: candidate)
  }

  @inline(never)
  private borrowing func claim(for candidate: UInt) -> Bool {
    guard thread.load(ordering: .relaxed) == 0 else { return false }
    return thread.compareExchange(expected: 0, desired: candidate, ordering: .relaxed).exchanged
  }
}
