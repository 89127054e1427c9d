internal import HTTPServer

/// A request as a script sees it.
package struct SandboxRequest: Sendable {
  /// Counts the requests from 1.
  package let ordinal: Int
  /// `GET`, `POST`.
  package let method: String
  /// The path without the query.
  package let path: String
  /// The instance that the path ends in; nil when it names none.
  package let instance: String?
  /// The body's `number`; nil when there is none.
  package let number: String?
  /// The body's `text`; nil when there is none.
  package let text: String?
  /// The body as it came.
  package let body: [UInt8]
}

/// What a script wants to happen to a request.
package struct ScriptedAnswer: Sendable {
  enum Ending: Sendable {
    case response(HTTPResponse)
    case silence
  }

  let ending: Ending
  let delay: Duration
  let isRecorded: Bool

  /// An answer.
  ///
  /// - Parameters:
  ///   - status: its code.
  ///   - body: its body, as JSON.
  ///   - headers: more header fields.
  ///   - delay: how long it takes.
  ///   - recorded: whether the message counts as received, as if it had been sent.
  /// - Returns: what to hand back to the sandbox.
  package static func answer(
    _ status: Int, _ body: String = "{}", headers: [(name: String, value: String)] = [], after delay: Duration = .zero,
    recorded: Bool = false
  ) -> ScriptedAnswer {
    ScriptedAnswer(
      ending: .response(.json(status, Array(body.utf8), headers: headers)), delay: delay, isRecorded: recorded)
  }

  /// The connection is closed without an answer.
  package static func drop(after delay: Duration = .zero, recorded: Bool = false) -> ScriptedAnswer {
    ScriptedAnswer(ending: .response(.drop), delay: delay, isRecorded: recorded)
  }

  /// No answer ever comes.
  package static func hang(recorded: Bool = false) -> ScriptedAnswer {
    ScriptedAnswer(ending: .silence, delay: .zero, isRecorded: recorded)
  }
}
