/// What goes on beside the requests, until the sandbox stops.
final class BackgroundWork: Sendable {
  /// A piece of it.
  typealias Piece = @Sendable () async -> Void

  private let feed: AsyncStream<Piece>.Continuation
  private let task: Task<Void, Never>

  init() {
    let (pieces, feed) = AsyncStream.makeStream(of: Piece.self)
    self.feed = feed
    task = Task {
      await withDiscardingTaskGroup { group in
        for await piece in pieces { group.addTask { await piece() } }
      }
    }
  }

  /// Starts a piece of work; one that comes after the stop is dropped.
  func start(_ piece: @escaping Piece) { feed.yield(piece) }

  /// Cancels what is under way.
  func cancel() { task.cancel() }

  /// Cancels what is under way and waits for its end.
  func stop() async {
    task.cancel()
    await task.value
  }
}
