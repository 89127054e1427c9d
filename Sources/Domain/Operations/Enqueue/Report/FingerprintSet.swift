/// A set of numbers that are spread evenly already, up to so many of them: a table with open addressing, a quarter of
/// the time of a `Set`, which spreads them once more.
struct FingerprintSet: Sendable {
  private let maximumCount: Int
  /// At most half full; 0 marks an empty slot.
  private var slots = [UInt64](repeating: 0, count: 1 << 10)
  /// How many it holds.
  private(set) var count = 0

  /// An empty set.
  ///
  /// - Parameter maximumCount: how many it takes in.
  init(maximumCount: Int) { self.maximumCount = maximumCount }

  /// Takes in a number, unless the set is full.
  ///
  /// - Returns: whether the set did not hold it.
  mutating func insert(_ number: UInt64) -> Bool {
    let number = max(1, number)
    let slot = slot(of: number)
    guard slots[slot] == 0 else { return false }
    guard count < maximumCount else { return true }
    slots[slot] = number
    count += 1
    if count * 2 > slots.count { grow() }
    return true
  }

  /// Where a number is, or belongs.
  private func slot(of number: UInt64) -> Int {
    var slot = Int(truncatingIfNeeded: number) & (slots.count - 1)
    while slots[slot] != 0, slots[slot] != number { slot = (slot + 1) & (slots.count - 1) }
    return slot
  }

  private mutating func grow() {
    let numbers = slots
    slots = [UInt64](repeating: 0, count: numbers.count * 2)
    for number in numbers where number != 0 { slots[slot(of: number)] = number }
  }
}
