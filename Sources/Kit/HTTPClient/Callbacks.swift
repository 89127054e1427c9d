internal import CCurl
internal import Platform

// What libcurl calls, on the loop's thread. Each context is a handle, its group or the driver,
// which outlive the calls.

/// A piece of an answer's body has come.
func receiveBody(
  _ bytes: UnsafeMutablePointer<CChar>?, _ size: Int, _ count: Int, _ context: UnsafeMutableRawPointer?
) -> Int {
  guard let handle: EasyHandle = unsafe object(context), let bytes = unsafe bytes else { return 0 }
  return unsafe handle.receive(UnsafeRawBufferPointer(start: bytes, count: size * count))
}

/// A line of an answer's head has come.
func receiveHeadLine(
  _ bytes: UnsafeMutablePointer<CChar>?, _ size: Int, _ count: Int, _ context: UnsafeMutableRawPointer?
) -> Int {
  guard let handle: EasyHandle = unsafe object(context) else { return 0 }
  let line = unsafe UnsafeRawBufferPointer(start: bytes, count: size * count)
  handle.receive(headLineOf: line.count, beginsHead: unsafe line.starts(with: "HTTP/".utf8))
  return size * count
}

/// A request is about to be written to a connection.
func allowRequest(
  _ context: UnsafeMutableRawPointer?, _: UnsafeMutablePointer<CChar>?, _: UnsafeMutablePointer<CChar>?, _: Int32,
  _: Int32
) -> Int32 {
  guard let handle: EasyHandle = unsafe object(context), handle.allowsRequest() else { return CURL_PREREQFUNC_ABORT }
  return CURL_PREREQFUNC_OK
}

/// A connection needs a socket.
func openSocket(
  _ context: UnsafeMutableRawPointer?, _: curlsocktype, _ address: UnsafeMutablePointer<curl_sockaddr>?
) -> curl_socket_t {
  guard let handle: EasyHandle = unsafe object(context), let address = unsafe address else { return -1 }
  return unsafe handle.makeSocket(
    family: address.pointee.family, type: address.pointee.socktype, transport: address.pointee.protocol)
}

/// A connection is done with its socket.
func closeSocket(_ context: UnsafeMutableRawPointer?, _ socket: curl_socket_t) -> Int32 {
  guard let driver: TransferDriver = unsafe object(context) else { return -1 }
  return driver.sockets.close(socket)
}

/// What to wait for on a socket has changed.
func watchSocket(
  _: UnsafeMutableRawPointer?, _ socket: curl_socket_t, _ wanted: Int32, _ context: UnsafeMutableRawPointer?,
  _: UnsafeMutableRawPointer?
) -> Int32 {
  guard let group: TransferGroup = unsafe object(context) else { return -1 }
  switch wanted {
  case CURL_POLL_IN: group.want(.readable, on: socket)
  case CURL_POLL_OUT: group.want(.writable, on: socket)
  case CURL_POLL_INOUT: group.want([.readable, .writable], on: socket)
  default: group.release(socket)
  }
  return 0
}

/// When libcurl wants to be called next has changed.
func setTimer(_: UnsafeMutableRawPointer?, _ milliseconds: Int, _ context: UnsafeMutableRawPointer?) -> Int32 {
  guard let group: TransferGroup = unsafe object(context) else { return -1 }
  group.wantCall(inMilliseconds: milliseconds)
  return 0
}

private func object<Object: AnyObject>(_ context: UnsafeMutableRawPointer?) -> Object? {
  guard let context = unsafe context else { return nil }
  return unsafe Unmanaged<Object>.fromOpaque(context).takeUnretainedValue()
}
