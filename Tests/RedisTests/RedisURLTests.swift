import Testing

@testable import Redis

struct RedisURLTests {
  struct Reading: Sendable {
    let text: String
    let endpoint: RedisURL.Endpoint
    var user: String?
    var password: String?
    var database = 0
    let description: String
  }

  @Test(arguments: [
    Reading(
      text: "redis://127.0.0.1:6379/0", endpoint: .tcp(host: "127.0.0.1", port: 6379),
      description: "redis://127.0.0.1:6379/0"),
    Reading(
      text: "redis://redis", endpoint: .tcp(host: "redis", port: 6379), description: "redis://redis:6379/0"),
    Reading(
      text: "redis://[::1]:7000/5", endpoint: .tcp(host: "::1", port: 7000), database: 5,
      description: "redis://[::1]:7000/5"),
    Reading(
      text: "redis://u:p%40%3A%2F@h:1/2", endpoint: .tcp(host: "h", port: 1), user: "u", password: "p@:/", database: 2,
      description: "redis://u:***@h:1/2"),
    Reading(
      text: "redis://:a:b@h/", endpoint: .tcp(host: "h", port: 6379), password: "a:b",
      description: "redis://:***@h:6379/0"),
    Reading(text: "unix:/run/r.sock", endpoint: .unix(path: "/run/r.sock"), description: "unix:/run/r.sock"),
    Reading(
      text: "unix:///run/r.sock?db=3", endpoint: .unix(path: "/run/r.sock"), database: 3,
      description: "unix:/run/r.sock?db=3"),
  ])
  func `reads where the server is, and masks the password`(_ reading: Reading) throws {
    let url = try RedisURL(reading.text)
    #expect(url.endpoint == reading.endpoint)
    #expect(url.user == reading.user)
    #expect(url.password == reading.password)
    #expect(url.database == reading.database)
    #expect(url.description == reading.description)
  }

  @Test(arguments: [
    ("", "must start with"), ("http://h", "must start with"), ("rediss://h", "TLS"), ("redis://", "host is missing"),
    ("redis://:6379", "host is missing"), ("redis://[]:6379", "IPv6"), ("redis://[foo]", "IPv6"),
    ("redis://ho st", "blank"), ("redis://h:0", "port"), ("redis://h:70000", "port"), ("redis://h:x", "port"),
    ("redis://h/x", "database"), ("redis://h/-1", "database"), ("redis://::1/0", "brackets"), ("redis://[::1", "]"),
    ("redis://secret@h", "user:password@"), ("redis://u:@h", "password is empty"),
    ("redis://u:secret%4@h", "percent"), ("redis://u:secret%zz@h", "percent"), ("unix:relative", "absolute"),
    ("unix:", "absolute"), ("unix:/p?x=1", "?db=N"), ("unix:/p?db=x", "database"),
    ("unix:/" + String(repeating: "p", count: 107), "107 bytes"),
  ])
  func `names the fault, and never the password`(_ text: String, _ fault: String) {
    let error = #expect(throws: RedisURLError.self) { try RedisURL(text) }
    #expect(error?.description.contains(fault) == true)
    #expect(error?.description.contains("secret") == false)
  }
}
