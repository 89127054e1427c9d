/// How the time that shutting down may take is divided.
public struct ShutdownBudget: Sendable, Equatable {
  /// All of it, from the signal to the end of the process.
  public var total = Duration.seconds(25)

  /// A budget of so much in all.
  public init(total: Duration = .seconds(25)) { self.total = total }

  /// From the signal until everything is settled, or given up: the rest is for the process's own end.
  public var delivery: Duration { total - min(.milliseconds(250), total / 20) }

  /// The end of ``delivery`` that is kept for settling what is cut off.
  public var settling: Duration { min(.seconds(2), delivery / 5) }

  /// When services are abandoned that have not ended by themselves.
  public var limit: Duration { total + .seconds(5) }
}
