import Testing

@testable import Redis

struct RedisPartsTests {
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
