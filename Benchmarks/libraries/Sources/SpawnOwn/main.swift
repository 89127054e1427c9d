// Arguments: PROCESSES. Starts them one after the other by the tests' own posix_spawn; with 0, says what a child of a
// burdened process inherits, and whether it can be stopped and ended.
import Glibc
import Measurement
import TestSpawn

let total = try number(1)

func run(_ program: String, _ arguments: [String], output: String = "/dev/null") async throws -> SpawnedProcess.End? {
  let (ends, end) = AsyncStream.makeStream(of: Void.self)
  let process = try SpawnedProcess(program, arguments, output: output) { end.finish() }
  for await _ in ends {}
  return process.end
}

if total == 0 {
  try burden(descriptors: 1_500)
  let output = "/proc/\(getpid())/fd/1"
  guard try await run("sh", ["-c", lookAround], output: output) == .exited(0) else { throw Failed("sh failed") }
  let (ends, end) = AsyncStream.makeStream(of: Void.self)
  let process = try SpawnedProcess("sleep", ["60"]) { end.finish() }
  process.pause()
  let isPaused = isStopped(process.processIdentifier)
  process.signal(SIGCONT)
  process.signal(SIGTERM)
  for await _ in ends {}
  print("paused: \(isPaused), ended by SIGTERM: \(process.end == .killed(SIGTERM))")
  print("ended by itself: \(try await run("true", []) == .exited(0))")
} else {
  let measurement = Measurement()
  for _ in 0..<total {
    guard try await run("/bin/true", []) == .exited(0) else { throw Failed("true is false") }
  }
  measurement.report(operations: total)
}
