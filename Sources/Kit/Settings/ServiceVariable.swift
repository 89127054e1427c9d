/// The variables that Kubernetes sets in every pod for every service of its namespace, and Docker for linked containers:
/// a service that is called `ifinu-worker` gives `IFINU_WORKER_PORT`. They are told from misspelt settings by their whole
/// shape, names and values.
///
/// Sources: Kubernetes, "Service", environment variables; Docker, "Legacy container links".
enum ServiceVariable {
  private static let protocols = ["tcp", "udp", "sctp"]

  /// Whether a variable whose name begins with the service's is one.
  static func isOne(_ name: String, _ value: String) -> Bool {
    let words = name.split(separator: "_", omittingEmptySubsequences: false).map(String.init)
    if let place = words.lastIndex(of: "SERVICE"), place > 0 {
      let rest = words[(place + 1)...]
      if rest.elementsEqual(["HOST"]) { return isHost(value) }
      // `SERVICE_PORT`, or `SERVICE_PORT_HTTP` for a port that has a name.
      if rest.first == "PORT" { return isNumber(value) }
    }
    if let place = words.lastIndex(of: "PORT"), place > 0, isPort(words[(place + 1)...], value) { return true }
    if let place = words.dropLast().lastIndex(where: isNumber), words[place - 1] == "PORT",
      isPort(words[place...], value)
    {
      return true
    }
    if words.last == "NAME", words.count > 1 { return isLink(value) }
    return words.dropFirst().dropLast().contains("ENV") && !words.contains("")
  }

  /// `PORT`, `PORT_9464_TCP`, `PORT_9464_TCP_ADDR`, `_PORT`, `_PROTO`, `_START` and `_END`, by what follows `PORT`.
  private static func isPort(_ words: ArraySlice<String>, _ value: String) -> Bool {
    guard let port = words.first else { return isURL(value) }
    let rest = words.dropFirst()
    guard isNumber(port), let name = rest.first, protocols.contains(name.lowercased()) else { return false }
    return switch rest.dropFirst().joined(separator: "_") {
    case "", "START", "END", "PORT_START", "PORT_END": isURL(value) || isNumber(value)
    case "PORT": isNumber(value)
    case "PROTO": protocols.contains(value)
    case "ADDR": isHost(value)
    default: false
    }
  }

  /// `tcp://10.0.0.1:9464`
  private static func isURL(_ value: String) -> Bool {
    guard let scheme = protocols.first(where: { value.hasPrefix("\($0)://") }) else { return false }
    let place = value.dropFirst(scheme.count + 3)
    guard let colon = place.lastIndex(of: ":") else { return false }
    let host = place[..<colon]
    return isNumber(String(place[place.index(after: colon)...]))
      && isHost(String(host.first == "[" && host.last == "]" ? host.dropFirst().dropLast() : host))
  }

  /// An IPv4 or IPv6 address.
  private static func isHost(_ value: String) -> Bool {
    let parts = value.split(separator: ".", omittingEmptySubsequences: false)
    if parts.count == 4 { return parts.allSatisfy { UInt8($0) != nil } }
    return value.contains(":") && value.allSatisfy { $0.isHexDigit || $0 == ":" || $0 == "." }
  }

  /// `/web/db`
  private static func isLink(_ value: String) -> Bool {
    value.hasPrefix("/") && value.split(separator: "/", omittingEmptySubsequences: false).count == 3
  }

  private static func isNumber(_ value: String) -> Bool { UInt16(value) != nil }
}
