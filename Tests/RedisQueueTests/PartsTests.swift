import Delivery
import Testing

@testable import RedisQueue

struct PartsTests {
  @Test(arguments: [
    ("", "da39a3ee5e6b4b0d3255bfef95601890afd80709"),
    ("abc", "a9993e364706816aba3e25717850c26c9cd0d89d"),
    ("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq", "84983e441c3bd26ebaae4aa1f95129e5e54670f1"),
    (String(repeating: "a", count: 1000), "291e9a6c66994949b57ba5e650361e98fc36b1ba"),
  ])
  func `digests texts as the standard says`(_ text: String, _ digest: String) {
    #expect(SHA1.hexDigest(of: text) == digest)
  }

  @Test
  func `numbers leases so that the order of the texts is that of the numbers`() {
    let numbering = LeaseNumbering()
    let ranges = [numbering.take(9), numbering.take(2), numbering.take(995)]
    #expect(ranges.map(\.first) == [0, 9, 11])
    let tokens = ranges.flatMap(numbering.tokens)
    #expect(tokens == tokens.sorted())
    #expect(Set(tokens).count == 1006)
    #expect(LeaseNumbering().prefix != numbering.prefix)
  }

  @Test
  func `reconnects at once the first time, then with growing random delays`() {
    var delay = ReconnectDelay()
    #expect(delay.next() == .zero)
    let delays = (0..<100).map { _ in delay.next() }
    #expect(delays.allSatisfy { $0 >= .milliseconds(50) && $0 <= .seconds(2) })
    #expect(delays[0] <= .milliseconds(100))
    #expect(Set(delays).count > 20)
    delay.reset()
    #expect(delay.next() == .zero)
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

  @Test(arguments: [
    ("WRONGTYPE Operation against a key holding the wrong kind of value", "WRONGTYPE"),
    ("WRONGTYPE Operation against a key. script: 12ab, on @user_script:12.", "WRONGTYPE"),
    ("ERR Error running script (call to f_12): @user_script:3: @user_script: 3: -READONLY Can't write", "READONLY"),
    ("ERR Error running script (call to f_12ab): @user_script:3: attempt to index nil", "ERR"), ("", ""),
  ])
  func `finds the kind of an error, also inside a script's`(_ text: String, _ code: String) {
    #expect(ErrorReply(text).code == code)
  }
}
