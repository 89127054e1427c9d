import Foundation
import Glibc

/// A client that says over a plain socket exactly what a test wants said. Its waits block threads of their own.
package final class RawClient: Sendable {
  package struct Failure: Error {
    package let text: String
  }

  package struct Answer: Sendable {
    package let status: Int
    package let head: String
    package let body: [UInt8]

    package var text: String { String(decoding: body, as: UTF8.self) }

    package func header(_ name: String) -> String? {
      head.split(separator: "\r\n").first { $0.lowercased().hasPrefix(name.lowercased() + ":") }
        .map { $0.dropFirst(name.count + 1).trimmingCharacters(in: .whitespaces) }
    }
  }

  private let socket: Int32

  /// Connects to a port of this machine, if need be from another of its loopback addresses. Reading ends at the end of a
  /// test's patience.
  package init(port: Int, from source: String? = nil) throws {
    socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    var patience = timeval(tv_sec: Int(Duration.patience.components.seconds), tv_usec: 0)
    _ = unsafe setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
    if let source { unsafe try Self.use(bind, socket, source, 0) }
    unsafe try Self.use(connect, socket, "127.0.0.1", port)
  }

  private static func use(
    _ call: (Int32, UnsafePointer<sockaddr>?, socklen_t) -> Int32, _ socket: Int32, _ host: String, _ port: Int
  ) throws {
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = in_port_t(UInt16(port).bigEndian)
    _ = unsafe inet_pton(AF_INET, host, &address.sin_addr)
    let code = unsafe withUnsafePointer(to: &address) { address in
      unsafe address.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        unsafe call(socket, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
    guard code == 0 else { throw Failure(text: unsafe String(cString: strerror(errno))) }
  }

  deinit { Glibc.close(socket) }

  /// Sends a text, with line ends as they are written.
  package func send(_ text: String) { send(Array(text.utf8)) }

  /// Sends as much as the other side takes.
  package func send(_ bytes: [UInt8]) {
    var sent = 0
    while sent < bytes.count {
      let count = unsafe bytes[sent...].withUnsafeBytes {
        unsafe Glibc.send(socket, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
      }
      guard count > 0 else { return }
      sent += count
    }
  }

  /// Asks with GET and reads the answer.
  package func get(_ path: String, headers: String = "") async throws -> Answer {
    send("GET \(path) HTTP/1.1\r\nHost: test\r\n\(headers)\r\n")
    return try await answer()
  }

  /// Reads one answer, its body by `Content-Length`.
  package func answer(hasBody: Bool = true) async throws -> Answer {
    try await offPool { try self.readAnswer(hasBody: hasBody) }
  }

  /// Reads until the server closes; true when nothing came before.
  package func endsWithoutAnswer() async throws -> Bool {
    try await offPool { try self.read(atMost: 1).isEmpty }
  }

  /// Whether the server has not closed the connection, as far as can be told without waiting. What has come stays unread.
  package var isOpen: Bool {
    var byte: UInt8 = 0
    let count = unsafe recv(socket, &byte, 1, Int32(MSG_PEEK | MSG_DONTWAIT))
    return count > 0 || count < 0 && errno == EAGAIN
  }

  /// Says that nothing more is sent; what comes can still be read.
  package func endSending() { _ = shutdown(socket, Int32(SHUT_WR)) }

  /// Leaves at once, without a word.
  package func leave() { _ = shutdown(socket, Int32(SHUT_RDWR)) }

  private func readAnswer(hasBody: Bool) throws -> Answer {
    var head: [UInt8] = []
    while !head.suffix(4).elementsEqual("\r\n\r\n".utf8) {
      let byte = try read(atMost: 1)
      guard !byte.isEmpty else { throw Failure(text: "closed after \(String(decoding: head, as: UTF8.self))") }
      head += byte
    }
    let text = String(decoding: head, as: UTF8.self)
    guard let status = Int(text.split(separator: " ").dropFirst().first ?? "") else { throw Failure(text: text) }
    if status == 100 { return try readAnswer(hasBody: hasBody) }
    let length = Answer(status: status, head: text, body: []).header("Content-Length").flatMap { Int($0) } ?? 0
    var body: [UInt8] = []
    while hasBody, body.count < length {
      let part = try read(atMost: length - body.count)
      guard !part.isEmpty else { throw Failure(text: "closed in the body") }
      body += part
    }
    return Answer(status: status, head: text, body: body)
  }

  private func read(atMost count: Int) throws -> [UInt8] {
    var buffer = [UInt8](repeating: 0, count: count)
    var received: Int
    repeat { received = unsafe recv(socket, &buffer, count, 0) } while received < 0 && errno == EINTR
    if received < 0, errno == EAGAIN { throw Failure(text: "nothing ever came") }
    return Array(buffer.prefix(max(received, 0)))
  }
}

/// Runs what blocks on a thread of its own.
package func offPool<Result: Sendable>(_ body: @escaping @Sendable () throws -> Result) async throws -> Result {
  try await withCheckedThrowingContinuation { continuation in
    Thread.detachNewThread { continuation.resume(with: .init(catching: body)) }
  }
}
