import Dispatch
import Synchronization
import TestSupport
import Testing

@testable import Platform

@Suite struct BackgroundWriterTests {
  @Test(.hangLimit)
  func `what is written comes whole and in order`() async throws {
    let sink = Sink()
    let writer = try BackgroundWriter(capacity: 1 << 20, notice: { _ in [] }, sink: { sink.take($0) })
    for number in 0..<10_000 { writer.write(Array("\(number)\n".utf8)) }
    await writer.flush(within: .patience)
    #expect(sink.lines == (0..<10_000).map { "\($0)" })
  }

  @Test(.hangLimit)
  func `a reader that stands still holds nobody up, and is told what it missed`() async throws {
    let sink = Sink()
    let writer = try BackgroundWriter(
      capacity: 100, notice: { Array("dropped \($0)\n".utf8) }, sink: { sink.take($0) })
    sink.close()
    for number in 0..<1_000 { writer.write(Array("line \(number)\n".utf8)) }
    await writer.flush(within: .milliseconds(50))
    sink.open()
    await writer.flush(within: .patience)
    writer.write(Array("after\n".utf8))
    await writer.flush(within: .patience)
    let lines = sink.lines
    let dropped = lines.compactMap { $0.hasPrefix("dropped ") ? Int($0.dropFirst("dropped ".count)) : nil }
    #expect(dropped.reduce(0, +) > 900 && dropped.reduce(0, +) + lines.filter { $0.hasPrefix("line ") }.count == 1_000)
    #expect(lines.last == "after")
  }

  @Test(.hangLimit)
  func `where nothing waits, there is nothing to wait for`() async throws {
    let writer = try BackgroundWriter(capacity: 100, notice: { _ in [] }, sink: { _ in })
    await writer.flush(within: .forever)
  }
}

/// A reader that can stand still.
private final class Sink: Sendable {
  private let bytes = Mutex<[UInt8]>([])
  private let gate = DispatchSemaphore(value: 1)

  var lines: [String] {
    bytes.withLock { String(decoding: $0, as: UTF8.self).split(separator: "\n").map(String.init) }
  }

  func close() { gate.wait() }
  func open() { gate.signal() }

  func take(_ piece: [UInt8]) {
    gate.wait()
    defer { gate.signal() }
    bytes.withLock { $0 += piece }
  }
}
