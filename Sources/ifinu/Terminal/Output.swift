import Platform

/// What a command was asked for: its standard output, which is of no use half written.
enum Output {
  /// Prints a text.
  ///
  /// - Throws: ``OutputFailure`` when it can't be written.
  static func write(_ text: String) throws(OutputFailure) { try write(Array(text.utf8)) }

  /// Prints a text and ends the line.
  ///
  /// - Throws: ``OutputFailure`` when it can't be written.
  static func writeLine(_ text: String) throws(OutputFailure) { try write(text + "\n") }

  /// Prints bytes as they are.
  ///
  /// - Throws: ``OutputFailure`` when they can't be written.
  static func write(_ bytes: [UInt8]) throws(OutputFailure) {
    do {
      try StandardStream.output.put(bytes)
    } catch {
      throw OutputFailure(error)
    }
  }
}

/// An output that could not be written. A reader who has seen enough, as `head` has, is no reason to say anything.
struct OutputFailure: CommandFailure {
  let message: String
  let exitCode: Int32

  init(_ error: SystemError) {
    message = error.isBrokenPipe ? "" : "the output can't be written: \(error.reason)"
    exitCode = error.isBrokenPipe ? ExitStatus.brokenPipe : ExitStatus.failure
  }
}
