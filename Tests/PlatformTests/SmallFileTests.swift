import Foundation
import TestSupport
import Testing

@testable import Platform

@Suite(.hangLimit)
struct SmallFileTests {
  private let folder = FileManager.default.temporaryDirectory.appending(path: "small-\(UUID().uuidString)")

  init() throws { try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true) }

  private func path(_ name: String) -> String { folder.appending(path: name).path }

  @Test func `reads a file whole, up to the limit and no further`() throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    try Data(repeating: 7, count: 100_000).write(to: folder.appending(path: "a"))
    #expect(try SmallFile.contents(of: path("a"), limit: 100_000).count == 100_000)
    #expect(throws: SmallFile.Failure.self) { try SmallFile.contents(of: path("a"), limit: 99_999) }
  }

  @Test func `refuses what never ends, never begins, or is no file`() throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    #expect(unsafe mkfifo(path("pipe"), 0o600) == 0)
    for place in ["/dev/zero", path("pipe"), folder.path, path("missing")] {
      #expect(throws: SmallFile.Failure.self) {
        try SmallFile.contents(of: place, limit: 1000, within: .milliseconds(50))
      }
    }
    #expect(throws: SmallFile.Failure.self) { try SmallFile.contents(of: "/dev/null", mustBeRegular: true) }
    #expect(try SmallFile.contents(of: "/dev/null").isEmpty)
  }

  @Test func `reads what somebody writes into a pipe`() async throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    let pipe = path("pipe")
    #expect(unsafe mkfifo(pipe, 0o600) == 0)
    Thread.detachNewThread {
      let handle = FileHandle(forWritingAtPath: pipe)
      handle?.write(Data("segre".utf8))
      handle?.write(Data("do".utf8))
      try? handle?.close()
    }
    #expect(try SmallFile.contents(of: pipe, within: .patience) == Array("segredo".utf8))
  }
}
