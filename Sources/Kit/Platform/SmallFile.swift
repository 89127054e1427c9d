internal import Glibc

/// Reads files that are known to be small, in bounded time and memory, whatever stands behind their names.
public enum SmallFile {
  /// Why a file could not be read.
  public enum Failure: Error, CustomStringConvertible {
    /// The system refused.
    case system(SystemError)
    /// It is longer than was allowed.
    case tooLong(limit: Int)
    /// A pipe or a device that gave nothing, or not all, in time.
    case silent(Duration)
    /// A folder, or another thing that is no file.
    case notAFile

    /// The cause in words.
    public var description: String {
      switch self {
      case .system(let error): error.reason
      case .tooLong(let limit): "it is longer than \(limit) bytes"
      case .silent(let time): "it gave no end within \(time.components.seconds) s"
      case .notAFile: "it is no file"
      }
    }
  }

  /// The whole of a file, a pipe or a device.
  ///
  /// - Parameters:
  ///   - path: where it is.
  ///   - limit: how many bytes it may have.
  ///   - time: how long a pipe may take to give them.
  ///   - mustBeRegular: whether pipes and devices are refused.
  /// - Returns: its bytes.
  /// - Throws: ``Failure``.
  public static func contents(
    of path: String, limit: Int = 1 << 20, within time: Duration = .seconds(5), mustBeRegular: Bool = false
  ) throws(Failure) -> [UInt8] {
    // Without O_NONBLOCK the opening itself waits for somebody to write into a pipe.
    let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { throw .system(.last("open")) }
    defer { close(descriptor) }
    var status = stat()
    guard unsafe fstat(descriptor, &status) == 0 else { throw .system(.last("fstat")) }
    let kind = status.st_mode & S_IFMT
    guard kind != S_IFDIR, kind == S_IFREG || !mustBeRegular else { throw .notAFile }
    let deadline = ContinuousClock.now + time
    var bytes: [UInt8] = []
    while bytes.count <= limit {
      guard kind == S_IFREG || isReadable(descriptor, until: deadline) else { throw .silent(time) }
      guard let piece = try read(descriptor) else { continue }
      if piece.isEmpty { return bytes }
      bytes.append(contentsOf: piece)
    }
    throw .tooLong(limit: limit)
  }

  private static func isReadable(_ descriptor: Int32, until deadline: ContinuousClock.Instant) -> Bool {
    while true {
      let milliseconds = Int32(max(.zero, ContinuousClock.now.duration(to: deadline)) / .milliseconds(1))
      var entry = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
      let count = unsafe poll(&entry, 1, milliseconds)
      if count > 0 { return true }
      guard count < 0, errno == EINTR else { return false }
    }
  }

  /// The next piece, empty at the end; nil when there is none just now.
  private static func read(_ descriptor: Int32) throws(Failure) -> [UInt8]? {
    var count = 0
    let bytes = unsafe [UInt8](unsafeUninitializedCapacity: 1 << 16) { buffer, initialized in
      count = unsafe Glibc.read(descriptor, buffer.baseAddress, buffer.count)
      initialized = max(0, count)
    }
    guard count < 0 else { return bytes }
    guard errno == EAGAIN || errno == EINTR else { throw .system(.last("read")) }
    return nil
  }
}
