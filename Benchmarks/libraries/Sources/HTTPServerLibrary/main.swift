// Prints the port, and serves until it is killed. Hummingbird with one thread for its connections.
import Hummingbird
import Logging
import Measurement
import NIOCore
import NIOPosix

let body = ByteBuffer(bytes: page)
let router = Router()
router.get("metrics") { _, _ in
  Response(
    status: .ok, headers: [.contentType: "text/plain; version=0.0.4"], body: ResponseBody(byteBuffer: body))
}
let application = Application(
  router: router,
  configuration: .init(address: .hostname("127.0.0.1", port: 0)),
  onServerRunning: { channel in announce("listening on \(channel.localAddress?.port ?? 0)") },
  eventLoopGroupProvider: .shared(MultiThreadedEventLoopGroup(numberOfThreads: 1)),
  logger: Logger(label: "bench") { _ in SwiftLogNoOpLogHandler() }
)
try await application.runService()
