internal import CMicroHTTPD

/// The gzip format (RFC 1952), by zlib.
package enum Gzip {
  /// The bytes, compressed; nil when zlib has no memory.
  package static func compress(_ bytes: [UInt8]) -> [UInt8]? {
    var stream = unsafe z_stream()
    guard let length = UInt32(exactly: bytes.count), unsafe gzip_begin(&stream) == Z_OK else { return nil }
    defer { _ = unsafe deflateEnd(&stream) }
    guard let bound = UInt32(exactly: unsafe deflateBound(&stream, UInt(length))) else { return nil }
    var input = bytes
    var isComplete = false
    let output = unsafe [UInt8](unsafeUninitializedCapacity: Int(bound)) { output, count in
      unsafe input.withUnsafeMutableBufferPointer { input in
        unsafe stream.next_in = input.baseAddress
        unsafe stream.avail_in = length
        unsafe stream.next_out = output.baseAddress
        unsafe stream.avail_out = bound
        isComplete = unsafe deflate(&stream, Z_FINISH) == Z_STREAM_END
      }
      count = Int(bound - (unsafe stream.avail_out))
    }
    return isComplete ? output : nil
  }
}
