// Arguments: PORT PAIRS IN-FLIGHT. SwiftNIO with the RESP codec beside this file: no package for Redis is at hand.
import Measurement
import NIOCore
import NIOPosix

let (port, total, width) = (try number(1), try number(2), try number(3))
let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
let connection = try await RESPConnection(port: port, on: group)

let measurement = Measurement()
try await perform(total, inFlight: width) { _ in
  guard case .integer(let count) = try await connection.send(["LPUSH", "bench", messageText]), count > 0,
    case .bulk(let bytes) = try await connection.send(["RPOP", "bench"]),
    bytes.readableBytes == messageText.utf8.count
  else { throw Failed("Redis answers something else") }
}
measurement.report(operations: total)
