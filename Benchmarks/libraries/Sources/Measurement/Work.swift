import Glibc
import Synchronization

/// Carries out operations with a number of them in flight at once.
public func perform(
  _ total: Int, inFlight width: Int, _ operation: @escaping @Sendable (Int) async throws -> Void
) async throws {
  let started = Counter()
  try await withThrowingTaskGroup(of: Void.self) { group in
    for _ in 0..<width {
      group.addTask {
        while case let number = started.next(), number < total { try await operation(number) }
      }
    }
    try await group.waitForAll()
  }
}

private final class Counter: Sendable {
  private let value = Atomic(0)

  func next() -> Int { value.wrappingAdd(1, ordering: .relaxed).oldValue }
}

/// What ends a program of the bench.
public struct Failed: Error, CustomStringConvertible {
  /// Why.
  public let description: String

  /// A failure and its reason.
  public init(_ description: String) { self.description = description }
}

/// An argument of the program, counted from 1.
public func argument(_ position: Int) throws -> String {
  guard position < CommandLine.arguments.count else { throw Failed("argument \(position) is missing") }
  return CommandLine.arguments[position]
}

/// An argument of the program that is a whole number.
public func number(_ position: Int) throws -> Int {
  let text = try argument(position)
  guard let number = Int(text) else { throw Failed("\(text) is no number") }
  return number
}

/// Prints a line at once, for whoever waits for it.
public func announce(_ line: String) {
  print(line)
  fflush(nil)
}

/// The text that a client sends, so that the whole body is about 200 bytes.
public let messageText = String(repeating: "Seu pedido saiu para entrega. ", count: 5)

/// The page that a server gives: 64 KiB in the form of metrics.
public let page: [UInt8] = {
  let line = #"ifinu_bench_seconds_bucket{lane="whatsapp",le="0.25"} 123456"# + "\n"
  return Array(String(repeating: line, count: 65_536 / line.utf8.count).utf8)
}()
