import Glibc

/// The standard `process_*` metrics, read from `/proc` at each scrape. What cannot be read is left out.
public struct ProcessCollector: Sendable {
  private let root: String
  private let ticksPerSecond = Double(max(sysconf(Int32(_SC_CLK_TCK)), 1))
  private let pageSize = Double(max(sysconf(Int32(_SC_PAGESIZE)), 1))

  /// A collector of the calling process.
  ///
  /// - Parameter procRoot: where the proc file system is mounted.
  public init(procRoot: String = "/proc") {
    root = procRoot
  }

  /// Registers the metrics.
  ///
  /// - Throws: `MetricError` when one of their names is taken.
  public func register(in registry: MetricsRegistry) throws(MetricError) {
    try registerUsage(in: registry)
    try registerLimits(in: registry)
    try registerNetwork(in: registry)
  }

  private func registerUsage(in registry: MetricsRegistry) throws(MetricError) {
    try add(.counter, "process_cpu_seconds_total", "User and system CPU time spent, in seconds.", to: registry) {
      status().map { Double($0.cpuTicks) / ticksPerSecond }
    }
    try add(.gauge, "process_threads", "Threads of the process.", to: registry) {
      status().map { Double($0.threads) }
    }
    try add(.gauge, "process_virtual_memory_bytes", "Virtual memory size, in bytes.", to: registry) {
      status().map { Double($0.virtualBytes) }
    }
    try add(.gauge, "process_resident_memory_bytes", "Resident memory size, in bytes.", to: registry) {
      status().map { Double($0.residentPages) * pageSize }
    }
    // Read once: it does not change, and /proc/stat is long on machines with many processors.
    let bootTime = bootTime()
    try add(.gauge, "process_start_time_seconds", "Start of the process, in Unix time.", to: registry) {
      guard let bootTime, let status = status() else { return nil }
      return bootTime + Double(status.startTicks) / ticksPerSecond
    }
    try add(.gauge, "process_open_fds", "Open file descriptors.", to: registry) {
      ProcFile.entries("\(root)/self/fd").map { Double($0) }
    }
  }

  private func registerLimits(in registry: MetricsRegistry) throws(MetricError) {
    try add(.gauge, "process_max_fds", "Most file descriptors that may be open.", to: registry) {
      softLimit("Max open files")
    }
    try add(.gauge, "process_virtual_memory_max_bytes", "Most virtual memory, in bytes, where limited.", to: registry) {
      softLimit("Max address space")
    }
  }

  private func registerNetwork(in registry: MetricsRegistry) throws(MetricError) {
    try add(.counter, "process_network_receive_bytes_total", "Bytes received over the network.", to: registry) {
      networkOctets("InOctets")
    }
    try add(.counter, "process_network_transmit_bytes_total", "Bytes sent over the network.", to: registry) {
      networkOctets("OutOctets")
    }
  }

  private func add(
    _ kind: CallbackKind, _ name: String, _ help: String, to registry: MetricsRegistry,
    read: @escaping @Sendable () -> Double?
  ) throws(MetricError) {
    try registry.callback(kind, name, help: help) { read().map { [Sample(value: $0)] } ?? [] }
  }

  private func status() -> ProcessStatus? {
    ProcFile.text("\(root)/self/stat").flatMap(ProcessStatus.init)
  }

  /// When the machine was started, in Unix time.
  private func bootTime() -> Double? {
    lines(of: "stat").first { $0.first == "btime" }?.dropFirst().first.flatMap { Double($0) }
  }

  /// A limit in force, or nil when there is none.
  private func softLimit(_ name: String) -> Double? {
    let words = name.split(separator: " ")
    guard let line = lines(of: "self/limits").first(where: { $0.starts(with: words) }) else { return nil }
    return line.dropFirst(words.count).first.flatMap { UInt64($0) }.map { Double($0) }
  }

  /// A column of the IP counters, whose first line names the columns and whose second one holds the numbers.
  private func networkOctets(_ column: String) -> Double? {
    let rows = lines(of: "self/net/netstat").filter { $0.first == "IpExt:" }
    guard rows.count == 2, let position = rows[0].firstIndex(where: { $0 == column }) else { return nil }
    return rows[1].indices.contains(position) ? UInt64(rows[1][position]).map { Double($0) } : nil
  }

  private func lines(of file: String) -> [[Substring]] {
    guard let text = ProcFile.text("\(root)/\(file)") else { return [] }
    return text.split(separator: "\n").map { $0.split(separator: " ") }
  }
}

/// What `/proc/<pid>/stat` says of a process.
private struct ProcessStatus {
  /// Time on a processor, in user and kernel mode, in clock ticks.
  let cpuTicks: UInt64

  let threads: UInt64

  /// When the process was started, in clock ticks since the machine was.
  let startTicks: UInt64

  let virtualBytes: UInt64

  let residentPages: UInt64

  /// Parses the line; nil when it is malformed.
  init?(_ line: String) {
    // The second field is the program's name in parentheses, which may contain blanks and parentheses itself.
    guard let nameEnd = line.utf8.lastIndex(of: UInt8(ascii: ")")) else { return nil }
    let fields = line[nameEnd...].split(whereSeparator: \.isWhitespace)
    /// A field by its number in proc(5), where the name is the second.
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

/// Files and folders below `/proc`. The files report no size, so they are read to their end.
///
/// The standard library cannot read files, and Foundation costs more memory than this whole module: hence the C calls.
private enum ProcFile {
  /// The file's text, or nil when it cannot be read. At most 1 MiB of it.
  static func text(_ path: String) -> String? {
    let file = unsafe open(path, O_RDONLY | O_CLOEXEC)
    guard file >= 0 else { return nil }
    defer { close(file) }
    var content: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 4_096)
    while content.count < 1 << 20 {
      let count = unsafe read(file, &chunk, chunk.count)
      if count < 0, errno == EINTR { continue }
      guard count >= 0 else { return nil }
      guard count > 0 else { break }
      content.append(contentsOf: chunk.prefix(count))
    }
    return String(decoding: content, as: UTF8.self)
  }

  /// How many entries a folder has, or nil when it cannot be read.
  static func entries(_ path: String) -> Int? {
    guard let folder = unsafe opendir(path) else { return nil }
    defer { unsafe closedir(folder) }
    var count = 0
    while unsafe readdir(folder) != nil { count += 1 }
    // The folder itself and its parent.
    return max(count - 2, 0)
  }
}
