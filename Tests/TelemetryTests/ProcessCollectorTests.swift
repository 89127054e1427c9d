import Foundation
import Telemetry
import Testing

@Suite struct ProcessCollectorTests {
  @Test func `the process itself is measured`() throws {
    let registry = MetricsRegistry()
    try ProcessCollector().register(in: registry)
    #expect(try value("process_resident_memory_bytes", registry) > 1e6)
    #expect(try value("process_virtual_memory_bytes", registry) > value("process_resident_memory_bytes", registry))
    #expect(try value("process_threads", registry) >= 1)
    #expect(try value("process_open_fds", registry) >= 3)
    #expect(try value("process_max_fds", registry) >= value("process_open_fds", registry))
    #expect(try value("process_cpu_seconds_total", registry) >= 0)
    let age = try Date().timeIntervalSince1970 - value("process_start_time_seconds", registry)
    #expect(age > -2 && age < 86_400)
  }

  @Test func `what is in the files is what is shown`() throws {
    let root = try ProcFolder([
      "self/stat": stat(name: "a) R (b c"),
      "stat": "cpu  1 2 3\nbtime 1700000000\n",
      "self/limits": """
      Limit                     Soft Limit           Hard Limit           Units
      Max open files            1024                 524288               files
      Max address space         unlimited            unlimited            bytes
      """,
      "self/net/netstat": """
      TcpExt: SyncookiesSent InOctets
      TcpExt: 0 99
      IpExt: InNoRoutes InOctets OutOctets
      IpExt: 0 1234 5678
      """,
      "self/fd/0": "", "self/fd/1": "", "self/fd/7": "",
    ])
    let registry = MetricsRegistry()
    try ProcessCollector(procRoot: root.path).register(in: registry)
    let ticks = Double(sysconf(Int32(_SC_CLK_TCK)))
    #expect(try value("process_cpu_seconds_total", registry) == 300 / ticks)
    #expect(try value("process_threads", registry) == 4)
    #expect(try value("process_start_time_seconds", registry) == 1_700_000_000 + 5_000 / ticks)
    #expect(try value("process_virtual_memory_bytes", registry) == 8_192_000)
    #expect(try value("process_resident_memory_bytes", registry) == 10 * Double(sysconf(Int32(_SC_PAGESIZE))))
    #expect(try value("process_max_fds", registry) == 1_024)
    #expect(registry.samples("process_virtual_memory_max_bytes").isEmpty)
    #expect(try value("process_open_fds", registry) == 3)
    #expect(try value("process_network_receive_bytes_total", registry) == 1_234)
    #expect(try value("process_network_transmit_bytes_total", registry) == 5_678)
  }

  @Test(arguments: ["", ")", "1 (x) S", "nonsense", "1 (x) S -1 -1 -1 -1 -1 -1 -1 -1 -1 -1 -1 -1 -1 -1 -1 -1 -1 -1 -1"])
  func `what cannot be read is left out`(stat: String) throws {
    let root = try ProcFolder([
      "self/stat": stat, "stat": "btime\n", "self/limits": "Max open files",
      "self/net/netstat": "IpExt: InOctets\nIpExt:",
    ])
    let registry = MetricsRegistry()
    try ProcessCollector(procRoot: root.path).register(in: registry)
    #expect(registry.text().isEmpty)
  }

  @Test func `a second collector in a registry is refused`() throws {
    let registry = MetricsRegistry()
    try ProcessCollector().register(in: registry)
    #expect(throws: MetricError.self) { try ProcessCollector().register(in: registry) }
  }

  private func value(_ name: String, _ registry: MetricsRegistry) throws -> Double {
    let line = try #require(registry.samples(name).first, "\(name) is absent")
    return try #require(line.split(separator: " ").last.flatMap { Double($0) })
  }

  private func stat(name: String) -> String {
    "42 (\(name)) S 1 42 42 0 -1 4194304 10 0 0 0 100 200 0 0 20 0 4 0 5000 8192000 10 18446744073709551615 1 1\n"
  }
}

/// A folder that looks like the proc file system, and is gone when nobody holds it.
private final class ProcFolder {
  private let url = FileManager.default.temporaryDirectory.appending(path: "telemetry-proc-\(UUID().uuidString)")

  var path: String { url.path }

  init(_ files: [String: String]) throws {
    for (name, content) in files {
      let file = url.appending(path: name)
      try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
      try Data(content.utf8).write(to: file)
    }
  }

  deinit { try? FileManager.default.removeItem(at: url) }
}
