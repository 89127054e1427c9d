// Arguments: ROUNDS [TEXT …]. Reads RFC 3339 by the product's own reader.
import Measurement
import Time

let rounds = try number(1)
for text in CommandLine.arguments.dropFirst(2) {
  print("\(text) \(Timestamp(rfc3339: text)?.rfc3339 ?? "nil")")
}
if rounds == 0 {
  Measurement().report(operations: 1)
} else {
  let texts = (0..<60).map { "2026-01-15T12:34:\($0 < 10 ? "0" : "")\($0).123456789-03:00" }
  var sum: Int64 = 0
  let measurement = Measurement()
  for round in 0..<rounds { sum &+= Timestamp(rfc3339: texts[round % 60])?.nanoseconds ?? 0 }
  measurement.report(operations: rounds)
  guard sum != 0 else { throw Failed("nothing was read") }
}
