// Arguments: URL REQUESTS IN-FLIGHT. The product's client on an event loop, with the tasks on the loop's thread, as in
// `ifinu worker`.
import Delivery
import EvolutionAPI
import Measurement
import Platform

let (url, total, width) = (try argument(1), try number(2), try number(3))
let loop = try EventLoop(named: "network")
let client = try EvolutionClient(address: EvolutionAddress(url), apiKey: "bench", on: loop)
guard let instance = InstanceName("bench"), let recipient = PhoneNumber("5511988887777") else { throw Failed("names") }

let measurement = Measurement()
try await withTaskExecutorPreference(loop.executor) {
  try await perform(total, inFlight: width) { number in
    let message = OutgoingMessage(id: "\(number)", instance: instance, number: recipient, text: messageText)
    _ = try await client.send(message)
  }
}
measurement.report(operations: total)
