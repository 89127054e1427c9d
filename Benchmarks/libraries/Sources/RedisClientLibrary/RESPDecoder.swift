import NIOCore

/// What Redis answered.
enum RESPValue: Sendable {
  case null
  case integer(Int)
  case status(String)
  case error(String)
  case bulk(ByteBuffer)
}

/// Takes replies apart; arrays, which the bench does not ask for, it does not know.
struct RESPDecoder: ByteToMessageDecoder {
  typealias InboundOut = RESPValue

  struct Malformed: Error {}

  mutating func decode(context: ChannelHandlerContext, buffer: inout ByteBuffer) throws -> DecodingState {
    guard let end = buffer.readableBytesView.firstIndex(of: UInt8(ascii: "\n")) else { return .needMoreData }
    let start = buffer.readerIndex
    guard end - start >= 2, let kind = buffer.getInteger(at: start, as: UInt8.self),
      let text = buffer.getString(at: start + 1, length: end - start - 2)
    else { throw Malformed() }
    switch kind {
    case UInt8(ascii: ":"):
      guard let number = Int(text) else { throw Malformed() }
      return take(.integer(number), upTo: end + 1, context, &buffer)
    case UInt8(ascii: "+"): return take(.status(text), upTo: end + 1, context, &buffer)
    case UInt8(ascii: "-"): return take(.error(text), upTo: end + 1, context, &buffer)
    case UInt8(ascii: "$"):
      guard let length = Int(text) else { throw Malformed() }
      guard length >= 0 else { return take(.null, upTo: end + 1, context, &buffer) }
      guard buffer.writerIndex >= end + 1 + length + 2 else { return .needMoreData }
      guard let bytes = buffer.getSlice(at: end + 1, length: length) else { throw Malformed() }
      return take(.bulk(bytes), upTo: end + 1 + length + 2, context, &buffer)
    default: throw Malformed()
    }
  }

  private func take(
    _ value: RESPValue, upTo end: Int, _ context: ChannelHandlerContext, _ buffer: inout ByteBuffer
  ) -> DecodingState {
    buffer.moveReaderIndex(to: end)
    context.fireChannelRead(wrapInboundOut(value))
    return .continue
  }
}
