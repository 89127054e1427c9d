internal import Concurrency
internal import Messaging
internal import Time

extension WorkerPool {
  /// Takes messages; nil when the breaker has opened meanwhile, or what was taken was no message.
  func reserve(upTo limit: Int) async throws(QueueError) -> ([Assignment], nextDue: Duration?)? {
    let breaker = hosts[nil].breaker
    guard let pass = breaker.admit() else { return nil }
    if pass == .probe, let hostProbe, !(await hostProbe.isHostUp(shard: nil)) {
      if let phase = breaker.record(.hostFailed, of: pass) { events.emit(.breakerChanged(phase)) }
      return nil
    }
    let validUntil = clock.now + configuration.lease
    var leases: [Lease] = []
    defer { if pass == .probe && leases.isEmpty { _ = breaker.record(.abandoned, of: pass) } }
    let request = request(upTo: pass == .probe ? 1 : limit)
    let reservation = try await queue.reserve(request)
    leases = reservation.leases
    throughput.note(leases.count)
    if reservation.needsSorting { sorting.signal() }
    if reservation.oversized > 0 {
      events.emit(.oversizedBuried(count: reservation.oversized))
      // There may be more behind them.
      if leases.isEmpty { return nil }
    }
    slots.occupy(leases.count)
    let assignments = leases.map { lease in
      Assignment(
        lease: lease, place: held.add(lease, validUntil: validUntil), pass: pass, beginsAtOnce: request.beginsAtOnce)
    }
    return (assignments, reservation.nextDue)
  }

  private func request(upTo limit: Int) -> ReservationRequest {
    var request = ReservationRequest(upTo: limit, bytes: bytesToSpare)
    request.beginsAtOnce = limiter.tokens.map { $0 >= Double(limit) && limiter.waiting == 0 } ?? true
    request.unsortedLimit = max(slots.count, throughput.perSecond)
    request.excluded = loads.late.instances.map(\.value)
    return request
  }

  /// Sorts what waits in the lanes when the fetch loop has found that it should be.
  func sortLanes() async {
    while !Task.isCancelled {
      await sorting.wait()
      do throws(QueueError) {
        while !Task.isCancelled, !draining.isSet, try await queue.sort() {}
      } catch {
        events.emit(.fetchFailed(error))
      }
    }
  }
}
