internal import CMicroHTTPD
internal import PercentEncoding

/// The library's side of a connection, valid until the library says that the connection is closed, and of use on the
/// loop's thread alone.
struct ConnectionHandle: Sendable {
  /// An address and not a pointer, so that a connection's state can be handed from thread to thread.
  private let address: UInt

  init(_ pointer: OpaquePointer) { address = UInt(bitPattern: pointer) }

  private var pointer: OpaquePointer? { unsafe OpaquePointer(bitPattern: address) }

  /// The state that belongs to the connection; nil when it was not accepted properly.
  var connection: HTTPConnection? {
    guard let context = unsafe http_connection_context(pointer) else { return nil }
    return unsafe Unmanaged<HTTPConnection>.fromOpaque(context).takeUnretainedValue()
  }

  var socket: Int32 { unsafe http_connection_socket(pointer) }

  var peer: PeerAddress { unsafe PeerAddress(http_connection_peer(pointer)) }

  /// Bytes of the request line and the headers.
  var headerSize: Int { unsafe http_header_size(pointer) }

  func suspend() { unsafe MHD_suspend_connection(pointer) }

  func resume() { unsafe MHD_resume_connection(pointer) }

  /// Hands an answer to the library; false when it refuses it, or when there is none to be given.
  func send(_ response: HTTPResponse) -> Bool {
    guard !response.isDrop else { return false }
    let created = unsafe response.sharedBody.map { unsafe message(sharing: $0) } ?? message(copying: response.body)
    guard let message = unsafe created else { return false }
    defer { unsafe MHD_destroy_response(message) }
    for header in response.headers { unsafe MHD_add_response_header(message, header.name, header.value) }
    if response.closesConnection { unsafe MHD_add_response_header(message, "Connection", "close") }
    return unsafe MHD_queue_response(pointer, UInt32(clamping: response.status), message) == .YES
  }

  private func message(copying body: [UInt8]) -> OpaquePointer? {
    unsafe body.withUnsafeBytes { body in
      unsafe MHD_create_response_from_buffer(
        body.count, UnsafeMutableRawPointer(mutating: body.baseAddress), .RESPMEM_MUST_COPY)
    }
  }

  private func message(sharing body: SharedBody) -> OpaquePointer? {
    let held = unsafe Unmanaged.passRetained(body)
    let message = unsafe MHD_create_response_from_buffer_with_free_callback_cls(
      body.count, body.pointer,
      { body in if let body = unsafe body { unsafe Unmanaged<SharedBody>.fromOpaque(body).release() } },
      held.toOpaque())
    if unsafe message == nil { unsafe held.release() }
    return unsafe message
  }

  /// The request's header fields.
  func headers() -> HTTPHeaders {
    var headers = HTTPHeaders()
    for field in fields(.HEADER_KIND) { headers.append(field.name, field.value) }
    return headers
  }

  /// The query's names and values; the library leaves their escapes to us.
  func query() -> [(name: String, value: String)] {
    fields(.GET_ARGUMENT_KIND).map { ($0.name.percentDecoded, $0.value.percentDecoded) }
  }

  private func fields(_ kind: MHD_ValueKind) -> [(name: String, value: String)] {
    var result: [(name: String, value: String)] = []
    unsafe withUnsafeMutablePointer(to: &result) { result in
      _ = unsafe MHD_get_connection_values_n(
        pointer, kind,
        { result, _, name, nameLength, value, valueLength in
          guard let result = unsafe result else { return .NO }
          let fields = unsafe result.assumingMemoryBound(to: [(name: String, value: String)].self)
          unsafe fields.pointee.append((String(name, nameLength), String(value, valueLength)))
          return .YES
        }, result)
    }
    return result
  }
}

extension String {
  /// A text of so many bytes, invalid UTF-8 replaced; empty when there is none.
  fileprivate init(_ start: UnsafePointer<CChar>?, _ length: Int) {
    let bytes = unsafe UnsafeRawBufferPointer(start: start, count: unsafe start == nil ? 0 : length)
    self = unsafe String(decoding: bytes, as: UTF8.self)
  }
}
