import Glibc

/// Files and folders of the kernel's view on a process.
///
/// They have no size to ask for, so they are read to their end. The standard library has no way to read a file, and
/// Foundation's costs more memory than all of this module: hence the calls into C, the only ones here.
enum ProcFile {
  /// The file's text, or nil when it cannot be read. At most 1 MiB of it.
  static func text(_ path: String) -> String? {
    let file = unsafe open(path, O_RDONLY | O_CLOEXEC)
    guard file >= 0 else { return nil }
    defer { close(file) }
    var content: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 4_096)
    while content.count < 1 << 20 {
      let count = unsafe read(file, &chunk, chunk.count)
      if count < 0, errno == EINTR { continue }
      guard count >= 0 else { return nil }
      guard count > 0 else { break }
      content.append(contentsOf: chunk.prefix(count))
    }
    return String(decoding: content, as: UTF8.self)
  }

  /// How many entries a folder has, or nil when it cannot be read.
  static func entries(_ path: String) -> Int? {
    guard let folder = unsafe opendir(path) else { return nil }
    defer { unsafe closedir(folder) }
    var count = 0
    while unsafe readdir(folder) != nil { count += 1 }
    // The folder itself and its parent.
    return max(count - 2, 0)
  }
}
