internal import Glibc

/// Reads a file of any size piece by piece; `-` is the standard input.
public final class FileReader: Sendable {
  private let descriptor: Int32
  /// The file's size in bytes; nil for pipes and terminals.
  public let size: Int?
  /// Ends a wait for a pipe or terminal; a regular file makes nobody wait.
  private let interruption: WakeSignal?

  /// Opens a file.
  ///
  /// - Throws: ``SystemError`` when it can't be opened, with the system's reason.
  public init(path: String) throws(SystemError) {
    let descriptor = path == "-" ? dup(STDIN_FILENO) : unsafe open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw SystemError.last("open") }
    var status = stat()
    let isRegular = unsafe fstat(descriptor, &status) == 0 && status.st_mode & S_IFMT == S_IFREG
    do throws(SystemError) {
      interruption = isRegular ? nil : try WakeSignal()
    } catch {
      close(descriptor)
      throw error
    }
    self.descriptor = descriptor
    size = isRegular ? Int(status.st_size) : nil
  }

  deinit { close(descriptor) }

  /// Lets a reader that waits for a pipe or terminal, and those to come, go on with an error.
  public func interrupt() { interruption?.signal() }

  /// The next piece of the file, empty at its end.
  ///
  /// - Throws: ``SystemError`` when reading fails, or was interrupted.
  public func read(upTo count: Int = 1 << 16) throws(SystemError) -> [UInt8] {
    while true {
      if let interruption { try wait(unless: interruption) }
      var length = 0
      let bytes = unsafe [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
        length = unsafe Glibc.read(descriptor, buffer.baseAddress, count)
        initialized = max(0, length)
      }
      if length >= 0 { return bytes }
      guard errno == EINTR else { throw SystemError.last("read") }
    }
  }

  private func wait(unless interruption: WakeSignal) throws(SystemError) {
    let awaited = [descriptor, interruption.fileDescriptor]
    var descriptors = awaited.map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
    while unsafe poll(&descriptors, nfds_t(descriptors.count), -1) < 0 {
      guard errno == EINTR else { throw SystemError.last("poll") }
    }
    guard descriptors[1].revents == 0 else { throw SystemError(operation: "read", code: ECANCELED) }
  }
}
