import Testing
import Time

@testable import RedisQueue

struct PartsTests {
  @Test
  func `numbers leases so that the order of the texts is that of the numbers`() {
    let numbering = LeaseNumbering()
    let ranges = [numbering.reserve(9), numbering.reserve(2), numbering.reserve(995)]
    #expect(ranges.map(\.first) == [0, 9, 11])
    let tokens = ranges.flatMap { numbering.tokens($0) }
    #expect(tokens == tokens.sorted())
    #expect(Set(tokens).count == 1006)
    #expect(LeaseNumbering().unique().prefix(5) != numbering.unique().prefix(5))
  }

  @Test
  func `remembers when a message without a time was first seen at the front`() throws {
    var head = LaneHead()
    let times = (1...5).map { Timestamp(milliseconds: $0 * 1000) }
    let timeless = Array(#"{"id":"a","proxima_tentativa":"0001-01-01T00:00:00Z"}"#.utf8)
    #expect(head.oldest(timeless, now: times[0]) == times[0])
    #expect(head.oldest(timeless, now: times[1]) == times[0])
    #expect(head.oldest([0xFF], now: times[2]) == times[2])
    head.forget()
    #expect(head.oldest([0xFF], now: times[3]) == times[3])
  }

  @Test(arguments: [
    (#"{"criado_em":"2025-01-01T00:00:00Z","proxima_tentativa":"2025-01-02T00:00:00Z"}"#, "2025-01-02T00:00:00Z"),
    (#"{"proxima_tentativa":"0001-01-01T00:00:00Z","criado_em":"2025-01-01T00:00:00Z"}"#, "2025-01-01T00:00:00Z"),
    (#"{"cobranca":{"criado_em":"2001-01-01T00:00:00Z"},"criado_em":"2025-01-01T00:00:00Z"}"#, "2025-01-01T00:00:00Z"),
    (
      #"{"texto":"\#(String(repeating: "a", count: 9000))","criado_em":"2025-01-01T00:00:00Z"}"#, "2025-01-01T00:00:00Z"
    ),
    (#"{"texto":"\"criado_em\":\"2001-01-01T00:00:00Z\"","criado_em":"2025-01-01T00:00:00Z"}"#, "2025-01-01T00:00:00Z"),
  ])
  func `reads a message's own times, wherever they stand in it`(front: String, time: String) {
    var head = LaneHead()
    #expect(head.oldest(Array(front.utf8), now: Timestamp(milliseconds: 0)) == Timestamp(rfc3339: time))
  }

  @Test(arguments: [
    (Duration.zero, 0), (.milliseconds(1500), 1500), (.nanoseconds(1), 1), (.microseconds(1001), 2),
    (.seconds(Int64.max / 4), Int.max / 2),
  ])
  func `counts whole milliseconds, never too few`(_ duration: Duration, _ milliseconds: Int) {
    #expect(duration.wholeMilliseconds == milliseconds)
  }
}
