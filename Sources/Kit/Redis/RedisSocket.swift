internal import CHiredis
internal import Glibc

/// A hiredis context that never blocks: one socket and the parser of its replies. It lives on one thread.
///
/// Bytes are sent here and not by hiredis, which gives no say about signals: a peer that has gone must be an error
/// and not a SIGPIPE.
@safe
final class RedisSocket {
  private static let chunk = 65_536

  private let largestReply: Int
  private let context: UnsafeMutablePointer<redisContext>
  private let buffer: UnsafeMutableRawBufferPointer

  /// Starts to connect; the socket becomes writable when that has succeeded or failed. A reply of more bytes than the
  /// largest ends the connection.
  init(connectingTo endpoint: RedisURL.Endpoint, largestReply: Int) throws(ConnectionFault) {
    self.largestReply = largestReply
    let created =
      switch endpoint {
      case .tcp(let host, let port): unsafe redisConnectNonBlock(host, Int32(port))
      case .unix(let path): unsafe redisConnectUnixNonBlock(path)
      }
    guard let created = unsafe created else { throw ConnectionFault("no memory for a connection") }
    unsafe context = created
    unsafe buffer = .allocate(byteCount: Self.chunk, alignment: 16)
    guard unsafe created.pointee.err == 0 else { throw contextFault() }
    _ = unsafe fcntl(created.pointee.fd, F_SETFD, FD_CLOEXEC)
  }

  deinit {
    unsafe redisFree(context)
    unsafe buffer.deallocate()
  }

  var fileDescriptor: Int32 { unsafe context.pointee.fd }

  /// Ends the connecting, once the socket is writable.
  func finishConnecting() throws(ConnectionFault) {
    var code: Int32 = 0
    var size = socklen_t(MemoryLayout<Int32>.size)
    guard unsafe getsockopt(fileDescriptor, SOL_SOCKET, SO_ERROR, &code, &size) == 0 else { throw .system(errno) }
    guard code == 0 else { throw .system(code) }
    _ = unsafe redisEnableKeepAlive(context)
    unsafe context.pointee.err = 0
  }

  /// Sends what the system takes now.
  ///
  /// - Returns: how many bytes that were.
  func send(_ bytes: ArraySlice<UInt8>) throws(ConnectionFault) -> Int {
    let descriptor = fileDescriptor
    let count = unsafe bytes.withUnsafeBytes { unsafe Glibc.send(descriptor, $0.baseAddress, $0.count, mustNotRaise) }
    guard count < 0 else { return count }
    guard errno == EAGAIN || errno == EINTR else { throw .system(errno) }
    return 0
  }

  /// Reads what has come into the parser.
  ///
  /// - Returns: whether there may be more.
  func receive() throws(ConnectionFault) -> Bool {
    let count = unsafe recv(fileDescriptor, buffer.baseAddress, buffer.count, 0)
    guard count != 0 else { throw ConnectionFault("the server closed the connection") }
    guard count > 0 else {
      guard errno == EAGAIN || errno == EINTR else { throw .system(errno) }
      return false
    }
    guard unsafe redisReaderFeed(context.pointee.reader, buffer.baseAddress, count) == REDIS_OK else {
      throw readerFault()
    }
    return count == Self.chunk
  }

  /// The next reply that has come whole; nil when there is none.
  func nextReply() throws(ConnectionFault) -> RedisReply? {
    var object: UnsafeMutableRawPointer?
    guard unsafe redisReaderGetReply(context.pointee.reader, &object) == REDIS_OK else { throw readerFault() }
    guard let object = unsafe object else {
      let reader = unsafe context.pointee.reader.pointee
      guard unsafe reader.len - reader.pos <= largestReply else {
        throw ConnectionFault("an answer of more than \(largestReply) bytes")
      }
      return nil
    }
    defer { unsafe freeReplyObject(object) }
    return unsafe RedisReply(copying: object.assumingMemoryBound(to: redisReply.self).pointee)
  }

  private func contextFault() -> ConnectionFault {
    let text = unsafe withUnsafeBytes(of: context.pointee.errstr) { unsafe textUpToZero($0) }
    return ConnectionFault(text)
  }

  private func readerFault() -> ConnectionFault {
    let text = unsafe withUnsafeBytes(of: context.pointee.reader.pointee.errstr) { unsafe textUpToZero($0) }
    return ConnectionFault("an answer that is not Redis' protocol: \(text)")
  }
}

private let mustNotRaise = Int32(MSG_NOSIGNAL)

private func textUpToZero(_ bytes: UnsafeRawBufferPointer) -> String {
  unsafe String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
}

extension RedisReply {
  /// A reply as hiredis holds it; types that this protocol has no room for are errors.
  fileprivate init(copying reply: redisReply) {
    let bytes = unsafe UnsafeRawBufferPointer(start: reply.str, count: reply.len)
    switch unsafe reply.type {
    case REDIS_REPLY_NIL: self = .null
    case REDIS_REPLY_INTEGER: self = unsafe .integer(Int(reply.integer))
    case REDIS_REPLY_STRING: self = unsafe .bulk(Array(bytes))
    case REDIS_REPLY_STATUS: self = unsafe .status(String(decoding: bytes, as: UTF8.self))
    case REDIS_REPLY_ERROR: self = unsafe .error(String(decoding: bytes, as: UTF8.self))
    case REDIS_REPLY_ARRAY:
      let elements = unsafe UnsafeBufferPointer(start: reply.element, count: reply.elements)
      self = unsafe .array(elements.map { unsafe $0.map { unsafe RedisReply(copying: $0.pointee) } ?? .null })
    default: self = unsafe .error("a reply of the unknown type \(reply.type)")
    }
  }
}

/// Why a connection is no good any more, or never was.
struct ConnectionFault: Error, CustomStringConvertible {
  /// Whether the server itself said no, so that asking again as it is won't help.
  let isRefusal: Bool
  /// The cause in words, without secrets.
  let description: String

  init(_ description: String, isRefusal: Bool = false) {
    self.description = description
    self.isRefusal = isRefusal
  }

  /// A fault by the system's number for it.
  static func system(_ code: Int32) -> ConnectionFault { ConnectionFault(unsafe String(cString: strerror(code))) }
}
