internal import Glibc

/// Reads a file of any size piece by piece; `-` is the standard input.
public final class FileReader: Sendable {
  private let descriptor: Int32
  /// The file's size in bytes; nil for pipes and terminals.
  public let size: Int?

  /// Opens a file.
  ///
  /// - Throws: ``SystemError`` when it can't be opened, with the system's reason.
  public init(path: String) throws(SystemError) {
    descriptor = path == "-" ? dup(STDIN_FILENO) : unsafe open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw SystemError.last("open") }
    var status = stat()
    let isRegular = unsafe fstat(descriptor, &status) == 0 && status.st_mode & S_IFMT == S_IFREG
    size = isRegular ? Int(status.st_size) : nil
  }

  deinit { close(descriptor) }

  /// The next piece of the file, empty at its end.
  ///
  /// - Throws: ``SystemError`` when reading fails.
  public func read(upTo count: Int = 1 << 16) throws(SystemError) -> [UInt8] {
    while true {
      var length = 0
      let bytes = unsafe [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
        length = unsafe Glibc.read(descriptor, buffer.baseAddress, count)
        initialized = max(0, length)
      }
      if length >= 0 { return bytes }
      guard errno == EINTR else { throw SystemError.last("read") }
    }
  }
}
