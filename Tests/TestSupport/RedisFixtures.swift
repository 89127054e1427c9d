package import Logging
package import Redis

extension RedisConnection {
  /// A connection that no busy machine makes give up: what tests mean that say nothing of time-outs.
  package convenience init(to url: RedisURL, logger: Logger) throws(RedisError) {
    try self.init(to: url, timeouts: .patient, logger: logger)
  }
}

extension RedisConnection.Timeouts {
  /// So long that no answer comes near, however busy the machine.
  package static var patient: Self {
    var timeouts = Self()
    timeouts.connect = .patience
    timeouts.command = .patience
    return timeouts
  }

  /// Short for commands, for servers that are to be given up.
  package static var short: Self {
    var timeouts = Self.patient
    timeouts.command = .milliseconds(200)
    return timeouts
  }
}

/// A logger that tests use: what the connection has to complain of is what they provoke.
package let quiet: Logger = {
  var logger = Logger(label: "test")
  logger.logLevel = .critical
  return logger
}()
