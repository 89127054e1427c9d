/// Runs Swift tasks on the thread that drives the transfers, between one round of the network and the next.
///
/// A send is handed over, and its answer comes back, without waking another thread: at a few thousand messages a second
/// that wakening would cost more than the messages. What runs here must not block, as on the cooperative pool.
package final class TransferExecutor: TaskExecutor {
  private let mailbox: TransferMailbox

  init(_ mailbox: TransferMailbox) { self.mailbox = mailbox }

  /// Takes a job, to be run after those that were given before.
  package func enqueue(_ job: consuming ExecutorJob) { mailbox.submit(UnownedJob(job)) }
}
