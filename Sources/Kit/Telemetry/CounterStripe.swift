import Synchronization

/// One slot of a counter, as long as a cache line, so that no two threads' slots share one.
struct CounterStripe: ~Copyable {
  let owner = SlotOwner()
  let count = Atomic<UInt64>(0)
  private let padding = InlineArray<6, UInt64>(repeating: 0)

  init() {}
}
