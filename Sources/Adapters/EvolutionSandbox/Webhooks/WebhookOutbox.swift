internal import Concurrency
internal import Synchronization

/// Tells webhooks of events: from memory, in no certain order, and again when a call fails, as Evolution does.
final class WebhookOutbox: Sendable {
  private struct State {
    var held = 0
    var counts = WebhookCounts()
  }

  private let options: WebhookOptions
  private let instances: Instances
  private let work: BackgroundWork
  private let permits: AsyncSemaphore
  private let state = Mutex(State())
  private let serverURL = Mutex("")

  init(_ options: WebhookOptions, instances: Instances, work: BackgroundWork) {
    self.options = options
    self.instances = instances
    self.work = work
    permits = AsyncSemaphore(options.concurrency)
  }

  /// How the calls have fared.
  var counts: WebhookCounts { state.withLock(\.counts) }

  /// Says where the API itself answers.
  func setServerURL(_ url: String) { serverURL.withLock { $0 = url } }

  /// Whether anybody would be told of an instance's events.
  func hasListener(to instance: Instance) -> Bool {
    options.deliver != nil && (options.globalURL != nil || instance.webhook?.isEnabled == true)
  }

  /// Tells of something that has happened.
  func tell(_ event: WebhookEvent, of instance: Instance) {
    guard hasListener(to: instance) else { return }
    let calls = event.calls(
      of: instance, globalURL: options.globalURL, globalByEvents: options.globalByEvents,
      serverURL: serverURL.withLock(\.self), at: UnixTime.now)
    for call in calls where hold() {
      work.start {
        await self.make(call)
        self.release()
      }
    }
  }

  /// Tells of something that happens after a while, if the instance is still there by then.
  func tell(_ event: WebhookEvent, of instance: Instance, after delay: Duration) {
    guard delay > .zero else { return tell(event, of: instance) }
    guard hasListener(to: instance), hold() else { return }
    work.start {
      try? await Task.sleep(for: delay)
      self.release()
      guard !Task.isCancelled, let now = self.instances.find(instance.name), now.id == instance.id else { return }
      self.tell(event, of: now)
    }
  }

  private func make(_ call: WebhookCall) async {
    guard let deliver = options.deliver else { return }
    var attempt = 1
    while true {
      let status = await permits.withPermit { Task.isCancelled ? nil : await deliver(call) }
      switch options.retry.verdict(on: status, attempt: attempt, chance: .random(in: -1...1)) {
      case .delivered: return state.withLock { $0.counts.delivered += 1 }
      case .failed: return state.withLock { $0.counts.failed += 1 }
      case .wait(let delay):
        do { try await Task.sleep(for: delay) } catch { return }
      }
      attempt += 1
    }
  }

  private func hold() -> Bool {
    state.withLock { state in
      guard state.held < options.capacity else {
        state.counts.dropped += 1
        return false
      }
      state.held += 1
      return true
    }
  }

  private func release() { state.withLock { $0.held -= 1 } }
}
