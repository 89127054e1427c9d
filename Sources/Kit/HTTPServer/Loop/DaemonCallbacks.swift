internal import CMicroHTTPD

/// Called for each request several times: with its headers, with each part of its body, when it is whole, and again
/// when a suspended connection is resumed. `NO` closes the connection.
let accessCallback: MHD_AccessHandlerCallback = { context, connection, path, method, _, upload, uploadSize, _ in
  guard let core = unsafe ServerCore.from(context), let pointer = unsafe connection else { return .NO }
  let handle = unsafe ConnectionHandle(pointer)
  guard let connection = handle.connection else { return .NO }
  if let upload = unsafe upload, let size = unsafe uploadSize, unsafe size.pointee > 0 {
    let part = unsafe UnsafeRawBufferPointer(start: upload, count: size.pointee)
    unsafe size.pointee = 0
    return unsafe connection.receive(part, limits: core.limits) ? .YES : .NO
  }
  let answer: HTTPResponse?
  switch connection.nextStep(handle) {
  case .begin:
    answer = unsafe core.begin(handle, connection, String(path), String(method))
  case .handle(let request):
    answer = core.handle(request, on: connection)
  case .refuse(let response):
    answer = core.refuse(response)
  case .send(let response):
    answer = response
  case .wait:
    answer = nil
  case .close:
    return .NO
  }
  guard let answer else { return .YES }
  return handle.send(core.send(answer, on: connection)) ? .YES : .NO
}

/// Called when a request is over, however it ended.
let completedCallback: MHD_RequestCompletedCallback = { context, connection, _, _ in
  guard let core = unsafe ServerCore.from(context), let pointer = unsafe connection else { return }
  guard let connection = unsafe ConnectionHandle(pointer).connection else { return }
  core.complete(connection)
}

/// Called when a connection was accepted, and when its socket is about to be closed.
let connectionCallback: MHD_NotifyConnectionCallback = { context, connection, place, event in
  guard let core = unsafe ServerCore.from(context), let pointer = unsafe connection else { return }
  let handle = unsafe ConnectionHandle(pointer)
  if event == .CONNECTION_NOTIFY_STARTED {
    // The registry keeps it alive until the close is notified.
    let connection = core.accept(handle)
    unsafe place?.pointee = Unmanaged.passUnretained(connection).toOpaque()
  } else if let connection = handle.connection {
    unsafe place?.pointee = nil
    core.close(connection)
  }
}

extension ServerCore {
  fileprivate static func from(_ context: UnsafeMutableRawPointer?) -> ServerCore? {
    guard let context = unsafe context else { return nil }
    return unsafe Unmanaged<ServerCore>.fromOpaque(context).takeUnretainedValue()
  }

  /// Looks at a request's headers; gives an answer when they are enough to refuse it.
  fileprivate func begin(
    _ handle: ConnectionHandle, _ connection: HTTPConnection, _ path: String, _ method: String
  ) -> HTTPResponse? {
    guard handle.headerSize <= limits.headerBytes else { return refuse(.headersTooLarge) }
    let headers = handle.headers()
    let announcedBytes = headers["Content-Length"].flatMap { Int($0) } ?? 0
    guard announcedBytes <= limits.bodyBytes else {
      // A client that asks first, or has too much to be read, is told at once; others would not be listening.
      let answersAtOnce = headers["Expect"] != nil || announcedBytes > limits.discardedBytes
      guard !answersAtOnce else { return refuse(.bodyTooLarge) }
      connection.discardBody()
      return nil
    }
    connection.receive(
      RequestIntake(
        method: method, path: path, query: handle.query(), headers: headers, announcedBytes: announcedBytes))
    return nil
  }
}

extension String {
  fileprivate init(_ text: UnsafePointer<CChar>?) {
    guard let text = unsafe text else {
      self = ""
      return
    }
    self = unsafe String(cString: text)
  }
}
