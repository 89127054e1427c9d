/// A command in the form in which Redis reads it: its arguments, each with its length in front, so that any bytes
/// pass as they are.
package struct RedisCommand: Sendable {
  private var argumentCount = 0
  private var arguments: [UInt8] = []
  /// How long the server may hold the reply back on purpose, as blocking commands do.
  package var blockingTime = Duration.zero

  /// A command without arguments yet; the first one appended is its name.
  package init(reserving bytes: Int = 64) { arguments.reserveCapacity(bytes) }

  /// A command of plain texts: the name, then its arguments.
  package init(_ texts: String...) {
    self.init()
    for text in texts { append(text) }
  }

  /// Adds an argument.
  package mutating func append(_ text: String) {
    appendHeader(UInt8(ascii: "$"), text.utf8.count, to: &arguments)
    arguments.append(contentsOf: text.utf8)
    endArgument()
  }

  /// Adds an argument of any bytes.
  package mutating func append(_ bytes: [UInt8]) {
    appendHeader(UInt8(ascii: "$"), bytes.count, to: &arguments)
    arguments.append(contentsOf: bytes)
    endArgument()
  }

  /// Adds a number in decimal.
  package mutating func append(_ number: Int) { append(String(number)) }

  /// Adds all arguments of another command.
  mutating func append(argumentsOf other: RedisCommand) {
    arguments.append(contentsOf: other.arguments)
    argumentCount += other.argumentCount
  }

  /// How much the command takes on the wire, near enough.
  var byteCount: Int { arguments.count + 16 }

  /// Appends what goes on the wire.
  func write(to output: inout [UInt8]) {
    appendHeader(UInt8(ascii: "*"), argumentCount, to: &output)
    output.append(contentsOf: arguments)
  }

  private mutating func endArgument() {
    arguments.append(0x0D)
    arguments.append(0x0A)
    argumentCount += 1
  }
}

private func appendHeader(_ sign: UInt8, _ number: Int, to output: inout [UInt8]) {
  output.append(sign)
  if number < 10 {
    output.append(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: number))
  } else {
    output.append(contentsOf: String(number).utf8)
  }
  output.append(0x0D)
  output.append(0x0A)
}
