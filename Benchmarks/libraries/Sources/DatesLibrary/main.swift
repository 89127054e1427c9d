// Arguments: ROUNDS [TEXT …]. Reads RFC 3339 by FoundationEssentials.
import FoundationEssentials
import Measurement

let rounds = try number(1)
let style = Date.ISO8601FormatStyle(includingFractionalSeconds: true)
for text in CommandLine.arguments.dropFirst(2) {
  print("\(text) \((try? style.parse(text)).map(style.format) ?? "nil")")
}
if rounds == 0 {
  Measurement().report(operations: 1)
} else {
  let texts = (0..<60).map { "2026-01-15T12:34:\($0 < 10 ? "0" : "")\($0).123456789-03:00" }
  var sum = 0.0
  let measurement = Measurement()
  for round in 0..<rounds { sum += try style.parse(texts[round % 60]).timeIntervalSince1970 }
  measurement.report(operations: rounds)
  guard sum != 0 else { throw Failed("nothing was read") }
}
