public import Time

/// Carries something out that ends when its task is cancelled, for as long as the time lasts.
///
/// - Parameters:
///   - duration: how long at most.
///   - clock: what tells the time.
///   - body: what to do; cancelled when the time is up.
public func withTimeout(
  _ duration: Duration, on clock: MonotonicClock, _ body: @escaping @Sendable () async -> Void
) async {
  await withTaskGroup(of: Void.self) { group in
    group.addTask { await body() }
    group.addTask { try? await clock.sleep(for: duration) }
    await group.next()
    group.cancelAll()
  }
}
