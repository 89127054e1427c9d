internal import Glibc
internal import Platform

/// The connections' sockets, and what libcurl waits for on each.
///
/// libcurl asks for a socket's removal at each transfer's end and for its return at the next one's start: two system
/// calls a request. A socket that was opened here stays watched in between, and leaves the poller only when something
/// comes that nobody waits for.
struct WatchedSockets {
  private struct Entry {
    var isOwn = false
    var watched: Poller.Readiness?
    /// The number of the group that waits for something.
    var group: Int?
  }

  private let sockets: LoopSockets
  private var entries: [Entry] = []

  init(in sockets: LoopSockets) { self.sockets = sockets }

  /// The number of the group that waits for something on a socket.
  func whoWants(_ socket: Int32) -> Int? {
    entries.indices.contains(Int(socket)) ? entries[Int(socket)].group : nil
  }

  /// Opens a socket, or gives -1 with `errno`.
  mutating func open(family: Int32, type: Int32, transport: Int32) -> Int32 {
    let socket = Glibc.socket(family, type | Int32(SOCK_CLOEXEC.rawValue), transport)
    if socket >= 0 { self[socket] = Entry(isOwn: true) }
    return socket
  }

  /// Closes a socket.
  mutating func close(_ socket: Int32) -> Int32 {
    if self[socket].watched != nil { sockets.forget(socket) }
    self[socket] = Entry()
    return Glibc.close(socket)
  }

  /// Waits for something on a socket from now on.
  mutating func want(_ readiness: Poller.Readiness, on socket: Int32, by group: Int) {
    self[socket].group = group
    guard self[socket].watched != readiness else { return }
    sockets.watch(socket, for: readiness)
    self[socket].watched = readiness
  }

  /// Waits for nothing on a socket any more.
  mutating func release(_ socket: Int32) {
    self[socket].group = nil
    if !self[socket].isOwn { forget(socket) }
  }

  /// Something came on a socket that nobody waits for.
  ///
  /// Between two requests a server has nothing to say: what it says all the same, that it ran out of time or closes,
  /// would be read as the answer to the next request. So the connection ends here, which libcurl sees before it uses it
  /// again.
  mutating func end(_ socket: Int32) {
    let isIdle = self[socket].isOwn && self[socket].watched != nil
    forget(socket)
    if isIdle { shutdown(socket, Int32(SHUT_RDWR)) }
  }

  private mutating func forget(_ socket: Int32) {
    self[socket].watched = nil
    sockets.forget(socket)
  }

  private subscript(_ socket: Int32) -> Entry {
    get { entries.indices.contains(Int(socket)) ? entries[Int(socket)] : Entry() }
    set {
      let missing = Int(socket) + 1 - entries.count
      if missing > 0 { entries.append(contentsOf: repeatElement(Entry(), count: missing)) }
      entries[Int(socket)] = newValue
    }
  }
}
