import Foundation

/// The processes of this machine, as /proc tells of them.
enum ProcessTable {
  /// The numbers of the processes that a process has started and that still run.
  static func children(of parent: Int32) -> [Int32] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
    return names.compactMap { Int32($0) }.filter { fields(of: $0)?.parent == parent }
  }

  /// Whether a process runs; one that has ended and that nobody has asked about does not.
  static func isRunning(_ number: Int32) -> Bool { fields(of: number).map { $0.state != "Z" } ?? false }

  /// The names of a process's threads.
  static func threads(of number: Int32) -> [String] {
    let threads = (try? FileManager.default.contentsOfDirectory(atPath: "/proc/\(number)/task")) ?? []
    return threads.compactMap { thread in
      (try? String(contentsOfFile: "/proc/\(number)/task/\(thread)/comm", encoding: .utf8))?.split(separator: "\n")
        .first
    }.map(String.init)
  }

  private static func fields(of number: Int32) -> (state: String, parent: Int32)? {
    guard let line = try? String(contentsOfFile: "/proc/\(number)/stat", encoding: .utf8),
      // The name before it may hold anything.
      let end = line.lastIndex(of: ")")
    else { return nil }
    let fields = line[line.index(after: end)...].split(separator: " ")
    guard fields.count > 1, let parent = Int32(fields[1]) else { return nil }
    return (String(fields[0]), parent)
  }
}
