import Delivery
import Logging
import Messaging
import Observability
import Synchronization
import Testing
import Time

@Suite struct DeliveryLogTests {
  /// Keeps what is logged.
  private final class Lines: Sendable {
    struct Line: Sendable {
      let level: Logger.Level
      let message: String
      let metadata: Logger.Metadata
    }

    private let kept = Mutex<[Line]>([])

    var all: [Line] { kept.withLock(\.self) }

    func add(_ line: Line) { kept.withLock { $0.append(line) } }

    func logger(_ level: Logger.Level) -> Logger {
      var logger = Logger(label: "test") { [self] _ in Handler(lines: self) }
      logger.logLevel = level
      return logger
    }
  }

  private struct Handler: LogHandler {
    let lines: Lines
    var metadata: Logger.Metadata = [:]
    var logLevel = Logger.Level.trace

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
      get { metadata[key] }
      set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
      lines.add(Lines.Line(level: event.level, message: "\(event.message)", metadata: event.metadata ?? [:]))
    }
  }

  private let lines = Lines()

  @Test func `tells of a send at debug only, and of a failure as a warning`() throws {
    let log = DeliveryLog(lines.logger(.info))
    let attempt = try Events.attempt(number: 2)
    let now = Timestamp(milliseconds: 0)
    log.observe(.attemptEnded(attempt, .success(SendReceipt(providerID: "A")), after: .milliseconds(1500), at: now))
    #expect(lines.all.isEmpty)
    log.observe(
      .attemptEnded(attempt, .failure(SendFailure(.serverError, detail: "500")), after: .milliseconds(1500), at: now))
    let line = try #require(lines.all.first)
    #expect(line.level == .warning)
    #expect(line.message == "send failed")
    #expect(
      line.metadata == [
        "message_id": "m1", "instance": "loja", "lane": "whatsapp", "attempt": "2", "duration_ms": "1500",
        "class": "servidor", "detail": "500",
      ])
  }

  @Test func `says of a send that somebody else had the message before`() throws {
    let log = DeliveryLog(lines.logger(.debug))
    log.observe(
      .attemptEnded(
        try Events.attempt(recoveries: 1), .success(SendReceipt(providerID: nil)), after: .zero,
        at: Timestamp(milliseconds: 0)))
    #expect(lines.all.first?.metadata["recoveries"] == "1")
  }

  @Test func `never writes a number or a text`() throws {
    let log = DeliveryLog(lines.logger(.trace))
    let attempt = try Events.attempt()
    let (lease, error) = (attempt.lease, QueueError.unavailable("away"))
    let events: [DeliveryEvent] = [
      .tokenGranted(after: .zero), .attemptBegan(attempt, waited: nil),
      .attemptEnded(
        attempt, .failure(SendFailure(.uncertain, detail: "x")), after: .zero, at: Timestamp(milliseconds: 0)),
      .settled(lease, .acknowledge, SettlementOutcome(wasHeld: false)), .settlingFailed(lease, error),
      .leftUnsettled(lease), .payloadRefused(lease, id: nil, PayloadError(field: "telefone", problem: "is missing")),
      .lookupFailed(id: "m1", error), .leaseTooShort(id: "m1"), .breakerChanged(.open), .oversizedBuried(count: 1),
      .intakePaused, .intakeResumed, .fetchFailed(error), .extensionFailed(error), .drainingBegan(unsettled: 1),
      .graceEnded(unsettled: 1), .recovered(Recovery(recovered: 1, poisoned: 1, orphaned: 1)),
      .upkeepFailed(.recovery, error),
    ]
    for event in events { log.observe(event) }
    // Two events have no line, and a recovery has two.
    #expect(lines.all.count == events.count - 1)
    let text = lines.all.map { "\($0.message) \($0.metadata)" }.joined()
    #expect(!text.contains("segredo"))
    #expect(!text.contains("11988880001"))
  }
}
