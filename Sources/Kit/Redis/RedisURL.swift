internal import PercentEncoding

/// The address of a Redis server, and the credentials: `redis://[user:password@]host:port/db` or `unix:/path?db=N`.
package struct RedisURL: Sendable, Equatable, CustomStringConvertible {
  /// The way to the server.
  package enum Endpoint: Sendable, Equatable {
    case tcp(host: String, port: Int)
    case unix(path: String)
  }

  /// The way to the server.
  package let endpoint: Endpoint
  /// The user of the access control list; nil for the default one.
  package let user: String?
  /// The password; nil when none is asked for.
  let password: String?
  /// The number of the logical database.
  package let database: Int

  /// The URL with its password masked.
  package var description: String {
    let credentials = password == nil ? "" : "\(user ?? ""):***@"
    switch endpoint {
    case .tcp(let host, let port):
      return "redis://\(credentials)\(host.contains(":") ? "[\(host)]" : host):\(port)/\(database)"
    case .unix(let path): return "unix:\(path)" + (database == 0 ? "" : "?db=\(database)")
    }
  }

  /// Reads a URL.
  ///
  /// - Throws: ``RedisURLError``, which names the fault and the fix, and never quotes the password.
  package init(_ text: String) throws(RedisURLError) {
    if text.hasPrefix("redis://") {
      self = try Self(authority: text.dropFirst("redis://".count))
    } else if text.hasPrefix("unix:") {
      self = try Self(socket: text.dropFirst("unix:".count))
    } else if text.hasPrefix("rediss://") {
      throw RedisURLError("TLS (rediss://) is not spoken; put a TLS tunnel in front and use redis://")
    } else {
      throw RedisURLError("it must start with redis:// or unix:, as in redis://127.0.0.1:6379/0")
    }
  }

  private init(authority rest: Substring) throws(RedisURLError) {
    let location: Substring
    (user, password, location) = try Self.splitCredentials(rest)
    let slash = location.firstIndex(of: "/") ?? location.endIndex
    let path = location[slash...].dropFirst()
    database = path.isEmpty ? 0 : try Self.databaseNumber(path)
    endpoint = try Self.address(location[..<slash])
  }

  private init(socket rest: Substring) throws(RedisURLError) {
    let isDoubleSlashed = rest.hasPrefix("//")
    let parts = (isDoubleSlashed ? rest.dropFirst(2) : rest).split(separator: "?", maxSplits: 1)
    guard let path = parts.first, path.hasPrefix("/") else {
      throw RedisURLError("a unix socket needs an absolute path, as in unix:/run/redis/redis.sock")
    }
    guard path.utf8.count < 108 else { throw RedisURLError("the socket's path is over 107 bytes long") }
    user = nil
    password = nil
    endpoint = .unix(path: String(path))
    guard parts.count == 2 else {
      database = 0
      return
    }
    guard parts[1].hasPrefix("db=") else { throw RedisURLError("after the socket's path only ?db=N may stand") }
    database = try Self.databaseNumber(parts[1].dropFirst(3))
  }

  private static func splitCredentials(
    _ rest: Substring
  ) throws(RedisURLError) -> (user: String?, password: String?, location: Substring) {
    guard let at = rest.lastIndex(of: "@") else { return (nil, nil, rest) }
    let parts = rest[..<at].split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
    guard parts.count == 2 else {
      throw RedisURLError("credentials are written user:password@, or :password@ for the default user")
    }
    guard let user = parts[0].strictlyPercentDecoded, let password = parts[1].strictlyPercentDecoded else {
      throw RedisURLError("the credentials hold a broken percent-encoding; write % itself as %25")
    }
    guard !password.isEmpty else { throw RedisURLError("the password is empty; leave the credentials out instead") }
    return (user.isEmpty ? nil : user, password, rest[rest.index(after: at)...])
  }

  private static func address(_ text: Substring) throws(RedisURLError) -> Endpoint {
    if text.hasPrefix("[") {
      guard let bracket = text.firstIndex(of: "]") else { throw RedisURLError("the IPv6 address lacks its ]") }
      let host = text[text.index(after: text.startIndex)..<bracket]
      guard host.contains(":") else { throw RedisURLError("what stands in brackets must be an IPv6 address, as [::1]") }
      return .tcp(host: String(host), port: try port(text[text.index(after: bracket)...]))
    }
    let colon = text.firstIndex(of: ":") ?? text.endIndex
    guard !text[colon...].dropFirst().contains(":") else {
      throw RedisURLError("an IPv6 address stands in brackets, as in redis://[::1]:6379/0")
    }
    guard colon > text.startIndex else { throw RedisURLError("the host is missing, as in redis://127.0.0.1:6379/0") }
    guard !text[..<colon].contains(where: \.isWhitespace) else { throw RedisURLError("the host has a blank in it") }
    return .tcp(host: String(text[..<colon]), port: try port(text[colon...]))
  }

  private static func port(_ text: Substring) throws(RedisURLError) -> Int {
    guard !text.isEmpty else { return 6379 }
    guard text.first == ":", let port = Int(text.dropFirst()), (1...65_535).contains(port) else {
      throw RedisURLError("the port must be a number from 1 to 65535")
    }
    return port
  }

  private static func databaseNumber(_ text: Substring) throws(RedisURLError) -> Int {
    guard let number = Int(text), (0...65_535).contains(number) else {
      throw RedisURLError("the database must be a number, as in redis://127.0.0.1:6379/0")
    }
    return number
  }
}

/// What is wrong with a Redis URL, and how to write it.
package struct RedisURLError: Error, Equatable, CustomStringConvertible {
  /// The fault and the fix.
  package let description: String

  init(_ description: String) { self.description = description }
}
