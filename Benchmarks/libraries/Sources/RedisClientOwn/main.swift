// Arguments: PORT PAIRS IN-FLIGHT. The product's connection over hiredis, with the tasks on the loop's thread.
import Logging
import Measurement
import Platform
import Redis

let (port, total, width) = (try number(1), try number(2), try number(3))
let loop = try EventLoop(named: "network")
let url = try RedisURL("redis://127.0.0.1:\(port)/0")
let logger = Logger(label: "bench") { _ in SwiftLogNoOpLogHandler() }
let connection = try RedisConnection(to: url, on: loop, logger: logger)
_ = try await connection.send(RedisCommand("PING"))

let measurement = Measurement()
try await withTaskExecutorPreference(loop.executor) {
  try await perform(total, inFlight: width) { _ in
    guard try await connection.send(RedisCommand("LPUSH", "bench", messageText)).integer ?? 0 > 0,
      try await connection.send(RedisCommand("RPOP", "bench")).bytes?.count == messageText.utf8.count
    else { throw Failed("Redis answers something else") }
  }
}
measurement.report(operations: total)
