package import Delivery
import Synchronization

/// A directory of instances that a test fills in, and can take away.
package final class StubDirectory: InstanceDirectory {
  private let instances: [String: String]
  private let fault: Mutex<QueueError?>

  /// A directory with instances by tenant, that answers with an error instead where there is one.
  package init(_ instances: [String: String] = [:], fault: QueueError? = nil) {
    self.instances = instances
    self.fault = Mutex(fault)
  }

  /// Sets the error that is answered, or ends it.
  package func fail(with error: QueueError?) { fault.withLock { $0 = error } }

  /// The instance that the test set.
  package func instance(ofTenant tenant: String) async throws(QueueError) -> String? {
    if let error = fault.withLock(\.self) { throw error }
    return instances[tenant]
  }
}
