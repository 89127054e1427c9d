internal import JSON
public import Time

/// Rewrites the members of a payload that the queue keeps there, and leaves the rest as it came.
public enum RetryPayload {
  /// The payload for another attempt, with the members that the original system uses for it.
  ///
  /// - Parameters:
  ///   - payload: the payload as it came; one that is no JSON object is given back unchanged.
  ///   - attempts: attempts so far, `tentativas`.
  ///   - deferrals: how often it was pushed back, `adiamentos`; written only when there is something to say.
  ///   - dueAt: when it is to be tried, `proxima_tentativa`; nil writes Go's zero time.
  ///   - uncertainSince: when it began to be sent where nobody knows whether it was, `incerta_desde`.
  /// - Returns: the payload with these members set.
  public static func rewrite(
    _ payload: [UInt8], attempts: Int, deferrals: Int, dueAt: Timestamp?, uncertainSince: Timestamp? = nil
  ) -> [UInt8] {
    guard let document = try? JSONDocument(parsing: payload) else { return payload }
    var members: [(name: String, value: JSONValue)] = [
      (WireField.attempts, .integer(attempts)),
      (WireField.dueAt, .string(dueAt?.rfc3339 ?? WireField.unsetTime)),
    ]
    if deferrals > 0 || document.root[WireField.deferrals] != nil {
      members.append((WireField.deferrals, .integer(deferrals)))
    }
    if uncertainSince != nil || document.root[WireField.uncertainSince] != nil {
      members.append((WireField.uncertainSince, .integer(Int((uncertainSince?.nanoseconds ?? 0) / 1_000_000))))
    }
    return document.replacing(members)
  }

  /// The id of a payload that may be wrong in other ways; nil when it has none that is fit to be shown.
  public static func id(of payload: [UInt8]) -> String? {
    guard payload.count <= Message.maximumQueuedBytes, let document = try? JSONDocument(parsing: payload),
      let id = document.root["id"]?.string, !id.isEmpty, id.utf8.count <= Message.maximumIDBytes
    else { return nil }
    return id
  }
}
