/// What `/proc/<pid>/stat` tells of a process.
struct ProcessStatus: Equatable, Sendable {
  /// Time on a processor, in user and kernel mode, in clock ticks.
  let cpuTicks: UInt64

  let threads: UInt64

  /// When the process was started, in clock ticks since the machine was.
  let startTicks: UInt64

  let virtualBytes: UInt64

  let residentPages: UInt64

  /// Reads the line; nil when it is not one.
  init?(_ line: String) {
    // The second field is the program's name in brackets, which may hold blanks and brackets itself.
    guard let nameEnd = line.utf8.lastIndex(of: UInt8(ascii: ")")) else { return nil }
    let fields = line[nameEnd...].split(whereSeparator: \.isWhitespace)
    /// A field by its number in the manual, where the name is the second.
    func field(_ number: Int) -> UInt64? {
      fields.indices.contains(number - 2) ? UInt64(fields[number - 2]) : nil
    }
    guard let user = field(14), let kernel = field(15), let threads = field(20), let start = field(22),
      let virtual = field(23), let resident = field(24)
    else { return nil }
    cpuTicks = user &+ kernel
    self.threads = threads
    startTicks = start
    virtualBytes = virtual
    residentPages = resident
  }
}
