/// A body that stands in memory once, however many answers carry it and however long their clients take over it.
package final class SharedBody: Sendable {
  /// Its length in bytes.
  package let count: Int
  /// The bytes, as an address, which unlike a pointer can be handed from thread to thread; nothing writes to them.
  private let address: UInt

  /// A body with these bytes.
  package init(_ bytes: [UInt8]) {
    let copy = UnsafeMutableRawBufferPointer.allocate(byteCount: bytes.count, alignment: 1)
    unsafe copy.copyBytes(from: bytes)
    count = bytes.count
    address = UInt(bitPattern: copy.baseAddress)
  }

  deinit { unsafe pointer?.deallocate() }

  /// The bytes, for as long as somebody holds the body.
  var pointer: UnsafeMutableRawPointer? { unsafe UnsafeMutableRawPointer(bitPattern: address) }
}
