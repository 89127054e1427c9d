public import Synchronization

/// What other threads, and tasks on the loop's own, ask of a resident, in order. The loop's thread is woken only when it
/// sleeps.
public final class LoopInbox<Letter: Sendable>: Sendable {
  @usableFromInline
  struct State {
    @usableFromInline var letters: [Letter] = []
    @usableFromInline var isClosed = false

    @usableFromInline init() {}
  }

  @usableFromInline let wake: LoopWake
  @usableFromInline let state = Mutex(State())

  init(_ wake: LoopWake) { self.wake = wake }

  /// Adds a letter.
  ///
  /// - Returns: false when the inbox is closed; the letter is then the caller's to deal with.
  @inlinable
  @discardableResult
  public func post(_ letter: Letter) -> Bool {
    let isTaken = state.withLock { state in
      guard !state.isClosed else { return false }
      state.letters.append(letter)
      return true
    }
    if isTaken { wake.signal() }
    return isTaken
  }

  /// Takes no letter from now on, and says so to the resident.
  public func close() {
    state.withLock { $0.isClosed = true }
    wake.signal()
  }

  /// Whether there is nothing to be seen, not even the close.
  @inlinable public var isEmpty: Bool { state.withLock { $0.letters.isEmpty && !$0.isClosed } }

  /// Takes all letters that have come.
  ///
  /// - Parameter letters: replaced by them; its memory serves for those to come.
  /// - Returns: whether the inbox is closed, so that these are the last.
  @inlinable
  public func drain(into letters: inout [Letter]) -> Bool {
    letters.removeAll(keepingCapacity: true)
    return state.withLock { state in
      swap(&letters, &state.letters)
      return state.isClosed
    }
  }
}
