import Glibc

/// The calling thread, and the slot of an instrument that it writes to.
///
/// An instrument keeps a few slots and one shared one. A slot belongs to the first thread that asks for it, and from then
/// on that thread alone writes to it: a plain load and store, with no locked instruction. A thread whose slot belongs to
/// another writes to the shared slot with atomic additions. No update is lost either way, and threads that count the
/// same thing do not pull one cache line back and forth.
///
/// A thread's identity may be given to a new thread after its end; the new one then takes over the slot.
struct ThreadSlot {
  let thread: UInt
  let index: Int

  /// The slot of the calling thread among `count`.
  @inline(__always)
  init(among count: Int) {
    thread = pthread_self()
    // Thread identities are addresses that differ in their middle bits: the multiplication carries those to the top.
    let spread = thread &* 0x9E37_79B9_7F4A_7C15
    index = Int(truncatingIfNeeded: ((spread >> 32) &* UInt(truncatingIfNeeded: count)) >> 32)
  }
}
