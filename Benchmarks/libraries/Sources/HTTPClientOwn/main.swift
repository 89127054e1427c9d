// Arguments: URL REQUESTS IN-FLIGHT. The product's transfers on an event loop, with the tasks on the loop's thread, as in
// `ifinu worker`.
import HTTPClient
import Measurement
import Platform

let (url, total, width) = (try argument(1), try number(2), try number(3))
let loop = try EventLoop(named: "network")
let headers = ["Content-Type: application/json", "User-Agent: ifinu", "apikey: bench", "Expect:", "Accept:"]
let transfers = try TransferLoop(TransferSettings(headers: headers), on: loop)

let measurement = Measurement()
try await withTaskExecutorPreference(loop.executor) {
  try await perform(total, inFlight: width) { _ in
    let body = #"{"number":"5511988887777","text":"\#(messageText)","linkPreview":false}"#
    let request = TransferRequest(url: "\(url)/message/sendText/bench", body: Array(body.utf8))
    guard case .answer(let answer) = await transfers.perform(request), answer.status == 201 else {
      throw Failed("no answer, or another than 201")
    }
    guard !answer.body.isEmpty else { throw Failed("an empty answer") }
  }
}
measurement.report(operations: total)
await transfers.shutDown()
