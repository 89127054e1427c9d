import Glibc

/// What a piece of work took of time and CPU.
public struct Measurement {
  private let start = ContinuousClock.now
  private let startCPU = Self.cpu

  /// Begins now.
  public init() {}

  /// Prints one JSON object: seconds, cpu_us an operation, the process's peak_rss_mb.
  public func report(operations: Int) {
    let seconds = (ContinuousClock.now - start) / .seconds(1)
    let cpu = (Self.cpu - startCPU) / Double(operations)
    print(#"{"operations":\#(operations),"seconds":\#(seconds),"cpu_us":\#(cpu),"peak_rss_mb":\#(Self.peakRSS)}"#)
  }

  /// User and system time of this process so far, in microseconds.
  private static var cpu: Double {
    var usage = rusage()
    getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
    let seconds = Double(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec)
    return seconds * 1e6 + Double(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec)
  }

  /// From /proc, for `ru_maxrss` also counts what the process that started this one held.
  private static var peakRSS: Double {
    guard let file = fopen("/proc/self/status", "r") else { return -1 }
    defer { fclose(file) }
    var line = [CChar](repeating: 0, count: 256)
    while fgets(&line, 256, file) != nil {
      let text = String(decoding: line.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
      guard text.hasPrefix("VmHWM:"), let word = text.split(whereSeparator: \.isWhitespace).dropFirst().first else {
        continue
      }
      return (Double(word) ?? -1) / 1024
    }
    return -1
  }
}
