import NIOCore
import NIOPosix

/// A connection to Redis that tasks share; what they ask for within one turn of the event loop goes out together.
struct RESPConnection: Sendable {
  private let channel: any Channel

  init(port: Int, on group: any EventLoopGroup) async throws {
    channel = try await ClientBootstrap(group: group)
      .channelOption(.tcpOption(.tcp_nodelay), value: 1)
      .channelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          try channel.pipeline.syncOperations.addHandlers(ByteToMessageHandler(RESPDecoder()), RESPRequests())
        }
      }
      .connect(host: "127.0.0.1", port: port).get()
  }

  func send(_ words: [String]) async throws -> RESPValue {
    let promise = channel.eventLoop.makePromise(of: RESPValue.self)
    channel.write(RESPRequest(words: words, promise: promise), promise: nil)
    return try await promise.futureResult.get()
  }
}

struct RESPRequest: Sendable {
  let words: [String]
  let promise: EventLoopPromise<RESPValue>
}

/// Writes requests, and gives replies to them in their order.
final class RESPRequests: ChannelDuplexHandler {
  typealias InboundIn = RESPValue
  typealias OutboundIn = RESPRequest
  typealias OutboundOut = ByteBuffer

  private var waiting = CircularBuffer<EventLoopPromise<RESPValue>>()
  private var output = ByteBuffer()

  func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
    let request = unwrapOutboundIn(data)
    waiting.append(request.promise)
    if output.readableBytes == 0 {
      let context = NIOLoopBound(context, eventLoop: context.eventLoop)
      let handler = NIOLoopBound(self, eventLoop: context.value.eventLoop)
      context.value.eventLoop.execute { handler.value.flush(context.value) }
    }
    output.writeString("*\(request.words.count)\r\n")
    for word in request.words { output.writeString("$\(word.utf8.count)\r\n\(word)\r\n") }
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    waiting.removeFirst().succeed(unwrapInboundIn(data))
  }

  func channelInactive(context: ChannelHandlerContext) {
    for promise in waiting { promise.fail(ChannelError.eof) }
    waiting.removeAll()
  }

  private func flush(_ context: ChannelHandlerContext) {
    let bytes = output
    output = context.channel.allocator.buffer(capacity: bytes.writerIndex)
    context.writeAndFlush(wrapOutboundOut(bytes), promise: nil)
  }
}
