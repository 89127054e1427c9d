internal import Time

extension WorkerPool {
  /// Keeps the leases alive while their messages are worked on; a path of its own, so that slow work can't starve it.
  func keepLeases() async {
    let interval = configuration.lease / 3
    var pause = interval
    while (try? await clock.sleep(for: pause)) != nil {
      // After a failure it tries again soon: others begin to recover leases once the queue is back.
      pause = await extendLeases() ? interval : min(.seconds(1), interval / 3)
    }
  }

  /// Extends all leases that are held; false when that did not succeed.
  private func extendLeases() async -> Bool {
    let leases = held.all
    for start in stride(from: 0, to: leases.count, by: tuning.leasesPerExtension) {
      let batch = leases[start..<min(start + tuning.leasesPerExtension, leases.count)]
      let validUntil = clock.now + configuration.lease
      do throws(QueueError) {
        held.extend(batch, validUntil: validUntil, except: try await queue.extend(batch.map(\.token)))
      } catch {
        events.emit(.extensionFailed(error))
        return false
      }
    }
    return true
  }
}
