// Arguments: URL REQUESTS IN-FLIGHT. async-http-client with one thread for its connections.
import AsyncHTTPClient
import Measurement
import NIOCore
import NIOPosix

let (url, total, width) = (try argument(1), try number(2), try number(3))
let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
var configuration = HTTPClient.Configuration()
configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = width
configuration.httpVersion = .http1Only
let client = HTTPClient(eventLoopGroupProvider: .shared(group), configuration: configuration)

let measurement = Measurement()
try await perform(total, inFlight: width) { _ in
  var request = HTTPClientRequest(url: "\(url)/message/sendText/bench")
  request.method = .POST
  request.headers.add(name: "Content-Type", value: "application/json")
  request.headers.add(name: "User-Agent", value: "ifinu")
  request.headers.add(name: "apikey", value: "bench")
  let body = #"{"number":"5511988887777","text":"\#(messageText)","linkPreview":false}"#
  request.body = .bytes(ByteBuffer(string: body))
  let response = try await client.execute(request, timeout: .seconds(30))
  guard response.status == .created else { throw Failed("the answer is \(response.status)") }
  guard try await response.body.collect(upTo: 1 << 20).readableBytes > 0 else { throw Failed("an empty answer") }
}
measurement.report(operations: total)
try await client.shutdown().get()
