// Arguments: PROCESSES. Starts them one after the other by swift-subprocess; with 0, says what a child of a burdened
// process inherits, and whether it can be stopped and ended.
import Measurement
import Subprocess

let total = try number(1)

if total == 0 {
  try burden(descriptors: 1_500)
  let look = try await run(
    .name("sh"), arguments: ["-c", lookAround], input: .none, output: .string(limit: 4_096), error: .discarded)
  print(look.standardOutput, terminator: "")
  var options = PlatformOptions()
  options.processGroupID = 0
  let grouped = try await run(
    .name("sh"), arguments: ["-c", lookAround], platformOptions: options, input: .none, output: .string(limit: 4_096),
    error: .discarded)
  print("with a group:", grouped.standardOutput, terminator: "")
  let program = try await RunningProgram("sleep", ["60"])
  program.send(.suspend)
  while !isStopped(program.processIdentifier) { await Task.yield() }
  program.send(.resume)
  program.send(.terminate)
  print("paused: true, ended by SIGTERM: \(try await program.end() == .signaled(Signal.terminate.rawValue))")
  print("ended by itself: \(try await RunningProgram("true", []).end() == .exited(0))")
} else {
  let measurement = Measurement()
  for _ in 0..<total {
    let result = try await run(.path("/bin/true"), input: .none, output: .discarded, error: .discarded)
    guard result.terminationStatus.isSuccess else { throw Failed("true is false") }
  }
  measurement.report(operations: total)
}
