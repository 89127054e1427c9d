import Foundation
import Glibc
import Platform
import TestSupport
import Testing

@Suite struct FileReaderTests {
  @Test(.hangLimit)
  func `a reader that waits for a pipe goes on with an error when it is interrupted`() async throws {
    let path = FileManager.default.temporaryDirectory.appendingPathComponent("pipe-\(UUID().uuidString)").path
    try #require(unsafe mkfifo(path, 0o600) == 0)
    defer { try? FileManager.default.removeItem(atPath: path) }
    let descriptor = unsafe open(path, O_RDWR)
    try #require(descriptor >= 0)
    let writer = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
    let reader = try FileReader(path: path)
    #expect(reader.size == nil)
    try writer.write(contentsOf: Data("oi".utf8))
    #expect(try reader.read() == Array("oi".utf8))

    let waiting = Task { try await IOThread.run(named: "test") { () throws(SystemError) in try reader.read() } }
    reader.interrupt()
    let error = await #expect(throws: SystemError.self) { try await waiting.value }
    #expect(error?.code == ECANCELED)
    // It stays interrupted: there is nobody to go on for.
    try writer.write(contentsOf: Data("oi".utf8))
    #expect(throws: SystemError.self) { try reader.read() }
  }

  @Test func `a regular file is read to its end whatever happens`() throws {
    let path = FileManager.default.temporaryDirectory.appendingPathComponent("file-\(UUID().uuidString)").path
    defer { try? FileManager.default.removeItem(atPath: path) }
    try Data("oi".utf8).write(to: URL(fileURLWithPath: path))
    let reader = try FileReader(path: path)
    reader.interrupt()
    #expect(reader.size == 2)
    #expect(try reader.read() == Array("oi".utf8))
    #expect(try reader.read() == [])
  }

  @Test(.hangLimit)
  func `work on a thread of its own gives what it gives, or its error`() async throws {
    #expect(try await IOThread.run(named: "test") { 5 } == 5)
    await #expect(throws: SystemError.self) {
      try await IOThread.run(named: "test") { () throws(SystemError) in
        _ = try FileReader(path: "/nowhere")
      }
    }
  }
}
