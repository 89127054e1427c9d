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
    /// Since when nobody has waited for anything; nil when somebody does, or the connection has ended.
    var idleSince: MonotonicTime?
  }

  private let sockets: LoopSockets
  private let maximumIdle: Duration
  private var entries: [Entry] = []
  /// When the first of the idle connections is to end; nil when there is none.
  private(set) var nextEnd: MonotonicTime?

  /// No sockets yet.
  ///
  /// - Parameters:
  ///   - sockets: the poller's.
  ///   - maximumIdle: how long a connection may be idle before it is ended.
  init(in sockets: LoopSockets, maximumIdle: Duration) {
    self.sockets = sockets
    self.maximumIdle = maximumIdle
  }

  /// The sockets on which a group waits for something.
  func wanted(by group: Int) -> [Int32] { entries.indices.filter { entries[$0].group == group }.map(Int32.init) }

  /// Ends the connections that have been idle for too long: libcurl sees that before it would use one again.
  mutating func endIdle(_ clock: inout RoundClock) {
    guard let nextEnd, nextEnd <= clock.now else { return }
    var next: MonotonicTime?
    for socket in entries.indices {
      guard let end = entries[socket].idleSince?.advanced(by: maximumIdle) else { continue }
      if end <= clock.now { self.end(Int32(socket)) } else { next = min(next ?? end, end) }
    }
    self.nextEnd = next
  }

  /// The number of the group that waits for something on a socket.
  func owner(of socket: Int32) -> Int? {
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
    self[socket].idleSince = nil
    guard self[socket].watched != readiness else { return }
    sockets.watch(socket, for: readiness)
    self[socket].watched = readiness
  }

  /// Waits for nothing on a socket any more.
  mutating func release(_ socket: Int32) {
    self[socket].group = nil
    guard self[socket].isOwn else { return forget(socket) }
    let now = MonotonicTime.now
    self[socket].idleSince = now
    // Whatever falls idle later ends later.
    if nextEnd == nil { nextEnd = now.advanced(by: maximumIdle) }
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
    self[socket].idleSince = nil
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
