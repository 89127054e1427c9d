package import Foundation
import Glibc
import Synchronization

/// One connection of a ``RawServer``.
package final class RawConnection: Sendable {
  /// A request as it came.
  package struct Request {
    package let head: String
    package let body: String
  }

  /// Its place among the server's connections, from 1.
  package let number: Int
  private let socket: Int32
  private let listener: Listener
  private let isOpen = Mutex(true)
  private let received = Mutex<[Request]>([])

  package init(_ socket: Int32, number: Int, listener: Listener) {
    self.listener = listener
    self.socket = socket
    self.number = number
  }

  /// The whole requests that came.
  package var requests: [Request] { received.withLock(\.self) }

  /// Waits for a whole request; nil when the connection ends before.
  @discardableResult
  package func readRequest() -> Request? {
    var bytes = Data()
    while true {
      if let request = Self.request(in: bytes) {
        received.withLock { $0.append(request) }
        return request
      }
      guard let more = read(65_536) else { return nil }
      bytes.append(more)
    }
  }

  /// Waits for some bytes; nil at the end.
  @discardableResult
  package func read(_ limit: Int) -> Data? {
    // The number of a socket that was closed may be another's by now.
    guard isOpen.withLock(\.self) else { return nil }
    var bytes = [UInt8](repeating: 0, count: limit)
    let count = unsafe recv(socket, &bytes, limit, 0)
    return count > 0 ? Data(bytes.prefix(count)) : nil
  }

  /// Writes a text as it is.
  package func write(_ text: String) { write(Array(text.utf8)) }

  /// Writes bytes as they are.
  package func write(_ bytes: [UInt8]) {
    guard isOpen.withLock(\.self) else { return }
    var rest = bytes[...]
    while !rest.isEmpty {
      let count = unsafe rest.withUnsafeBytes { unsafe send(socket, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
      guard count > 0 else { return }
      rest = rest.dropFirst(count)
    }
  }

  /// Writes an HTTP answer with a `Content-Length`.
  package func answer(_ status: Int, _ body: String, headers: [String] = []) {
    let lines = ["HTTP/1.1 \(status) Any", "Content-Length: \(body.utf8.count)"] + headers
    write(lines.joined(separator: "\r\n") + "\r\n\r\n" + body)
  }

  /// Answers every request with a receipt that names the request's own text.
  package func answerAll() {
    while let request = readRequest() {
      let text = request.body.split(separator: "\"text\":\"").last?.prefix { $0 != "\"" } ?? ""
      answer(201, #"{"key":{"id":"\#(text)"}}"#)
    }
  }

  /// Waits until the other side is gone.
  package func waitForEnd() { while read(65_536) != nil {} }

  /// Ends the connection with a FIN.
  package func close() { closeOnce() }

  /// Ends the connection with a RST.
  package func reset() {
    var linger = linger(l_onoff: 1, l_linger: 0)
    _ = unsafe setsockopt(socket, SOL_SOCKET, SO_LINGER, &linger, socklen_t(MemoryLayout<Glibc.linger>.size))
    closeOnce()
  }

  /// Lets the server take no further connection.
  package func stopServer() { listener.stop() }

  /// Ends the connection while its thread still waits on it.
  package func hangUp() {
    isOpen.withLock { isOpen in
      if isOpen { shutdown(socket, Int32(SHUT_RDWR)) }
    }
  }

  private func closeOnce() {
    isOpen.withLock { isOpen in
      if isOpen { Glibc.close(socket) }
      isOpen = false
    }
  }

  private static func request(in bytes: Data) -> Request? {
    guard let end = bytes.range(of: Data("\r\n\r\n".utf8)) else { return nil }
    let head = String(decoding: bytes[..<end.lowerBound], as: UTF8.self)
    let length = head.split(separator: "\r\n").first { $0.lowercased().hasPrefix("content-length:") }
      .flatMap { Int($0.split(separator: " ").last ?? "") }
    let body = bytes[end.upperBound...]
    return body.count < length ?? 0 ? nil : Request(head: head, body: String(decoding: body, as: UTF8.self))
  }
}
