extension WorkerPool {
  /// Sees to what messages that were taken together have in common, and gives each to a worker: to one that is idle, or a new
  /// one.
  func admit(_ batch: [Assignment]) async {
    var batch = batch
    await delivery.examine(&batch)
    let rest = batch.filter { !idle.hand($0) }
    guard !rest.isEmpty else { return }
    await withDiscardingTaskGroup { workers in
      for assignment in rest { workers.addTask { await self.serve(assignment) } }
    }
  }

  /// A worker's life: one message after the other.
  private func serve(_ first: Assignment) async {
    var assignment: Assignment? = first
    while let current = assignment {
      await delivery.deliver(current)
      noteProgress()
      assignment = await idle.next()
    }
  }
}
