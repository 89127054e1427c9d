import Glibc

/// Finds the slot of an instrument that the calling thread alone writes to.
///
/// An instrument keeps a few slots and one shared one. A slot belongs to the first thread that asks for it, and from then
/// on that thread alone writes to it: a plain load and store, with no locked instruction. A thread that finds all slots
/// taken writes to the shared one with atomic additions. No update is lost either way, and threads that count the same
/// thing do not pull one cache line back and forth.
///
/// The system may give a thread's identity to a new thread after its end; the new one then takes over the slot.
enum ThreadSlot {
  /// The slot of the calling thread among `count`, or nil when all belong to others. What admits it to a slot says
  /// whether that belongs to the thread, which takes it when it belongs to nobody yet.
  @inline(__always)
  static func find(among count: Int, admits: (_ slot: Int, _ thread: UInt) -> Bool) -> Int? {
    let thread = pthread_self()
    // Identities are addresses that differ in their middle bits: the multiplication carries those to the top, from where
    // the second one scales them down to the number of slots.
    let spread = (thread &* 0x9E37_79B9_7F4A_7C15) >> 32
    var slot = Int(truncatingIfNeeded: (spread &* UInt(truncatingIfNeeded: count)) >> 32)
    for _ in 0..<count {
      if admits(slot, thread) { return slot }
      slot = slot + 1 == count ? 0 : slot + 1
    }
    return nil
  }
}
