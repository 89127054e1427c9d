internal import HTTPServer
internal import JSON

/// The sandbox's own routes, which Evolution has not: below `/sandbox`.
extension SandboxRoutes {
  /// `GET`, `PUT` and `DELETE /sandbox/faults`, `GET /sandbox/sends`
  func control(_ route: String, _ request: HTTPRequest) async -> HTTPResponse {
    guard hasGlobalKey(request) else { return .unauthorized }
    switch route {
    case "GET sandbox/faults": return .json(200, standing.json)
    case "PUT sandbox/faults": return await withBody(of: request) { changeFaults($0) }
    case "DELETE sandbox/faults":
      change { $0 = StandingFaults() }
      return .json(200, standing.json)
    case "GET sandbox/sends": return sends(request)
    default: return .unknownRoute(request)
    }
  }

  /// Takes `{"host":"page","instances":{"loja":"closed"}}`: `"ok"` or null ends a fault, what is not named stays.
  private func changeFaults(_ body: JSONView) -> HTTPResponse {
    let host = body["host"].map { [(name: "host", value: $0)] } ?? []
    let instances = body["instances"]?.members ?? []
    let wrong = (host + instances).filter { FaultSwitch($0.value) == nil }.map(\.name)
    guard wrong.isEmpty, body["instances"].map({ $0.kind == .object }) ?? true else {
      let names = Fault.allCases.map(\.rawValue).joined(separator: ", ")
      return .invalid((wrong.isEmpty ? ["instances"] : wrong).map { "\($0) is not ok or a fault: \(names)" })
    }
    change { faults in
      if let host = host.first.flatMap({ FaultSwitch($0.value) }) { faults.host = host.fault }
      for (name, value) in instances { faults.instances[name] = FaultSwitch(value)?.fault }
    }
    return .json(200, standing.json)
  }

  /// `?instance=` and `?limit=` leave out others, and all but the latest.
  private func sends(_ request: HTTPRequest) -> HTTPResponse {
    func wanted(_ name: String) -> String? { request.query.last { $0.name == name }?.value }
    let (instance, limit) = (wanted("instance"), wanted("limit").flatMap { Int($0) } ?? .max)
    let attempts = sendLog.attempts.filter { instance == nil || $0.instance == instance }.suffix(max(limit, 0))
    let most = sendLog.mostAtOnce.filter { instance == nil || $0.key == instance }.sorted { $0.key < $1.key }
    return .json(
      200,
      [
        "sends": .array(attempts.map(\.json)), "mostAtOnce": .object(most.map { ($0.key, .integer($0.value)) }),
      ])
  }
}

/// A fault by its name, or the end of one.
private struct FaultSwitch {
  let fault: Fault?

  init?(_ value: JSONView) {
    fault = value.string.flatMap { Fault(rawValue: $0) }
    guard fault != nil || value.kind == .null || value.string == "ok" else { return nil }
  }
}

extension StandingFaults {
  fileprivate var json: JSONValue {
    let instances = instances.sorted { $0.key < $1.key }.map { ($0.key, JSONValue.string($0.value.rawValue)) }
    return ["host": .string(host?.rawValue ?? "ok"), "instances": .object(instances)]
  }
}

extension SendAttempt {
  fileprivate var json: JSONValue {
    [
      "instance": .string(instance), "arrivedAt": .integer(arrivedAt),
      "endedAt": endedAt.map { .integer($0) } ?? .null, "status": status.map { .integer($0) } ?? .null,
    ]
  }
}
