import Platform
import Testing
import Time

@testable import Messaging

@Suite struct RecipientTimeZonesTests {
  @Test func `asks for each zone once, and knows the clock of every area code`() throws {
    var asked: [String] = []
    let zones = try RecipientTimeZones { name throws(TimeZoneError) in
      asked.append(name)
      return try TimeZoneDatabase().rules(named: name)
    }
    #expect(Set(asked).count == asked.count && asked.count == 7)
    let noon = try #require(Timestamp(rfc3339: "2026-01-15T12:00:00Z"))
    let hours = (11...99).map { zones[AreaCode($0)].offset(at: noon) / 3600 }
    for (code, hour) in zip(11...99, hours) {
      let expected = [65, 66, 67, 69, 92, 95, 97].contains(code) ? -4 : code == 68 ? -5 : -3
      #expect(hour == expected, "\(code)")
    }
  }

  @Test func `a zone that is not there is an error`() {
    #expect(throws: TimeZoneError.unknown) {
      try RecipientTimeZones { name throws(TimeZoneError) in
        guard name != "America/Boa_Vista" else { throw .unknown }
        return try TimeZoneDatabase().rules(named: name)
      }
    }
  }
}
