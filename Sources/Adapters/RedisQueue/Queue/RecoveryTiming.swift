internal import Delivery

/// When a queue looks for expired leases, and when it rather leaves them alone.
package struct RecoveryTiming: Sendable, Equatable {
  /// How late a call may reach the server and be carried out: one that was held up says that others were, too.
  package var lateness: Duration
  /// How long nobody may have called before leases are left alone for a while: nobody could extend them either.
  package var silence: Duration

  /// The usual times for leases that last so long: a second, and twice the interval of the calls.
  package init(lease: Duration) {
    lateness = .seconds(1)
    silence = QueueUpkeep.recoveryInterval(lease: lease) * 2
  }
}
