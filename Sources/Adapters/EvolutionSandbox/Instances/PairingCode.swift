internal import JSON

/// What a phone reads to be linked to an instance. Here no phone does.
struct PairingCode: Sendable {
  /// The text of the QR code.
  let code: String
  /// What is typed in its stead, when the number is known.
  let pairingCode: String?

  /// A code of its own for each attempt.
  init(number: String?, using random: inout SandboxRandom) {
    let base64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
    code = "2@" + (0..<4).map { _ in random.text(43, of: base64) + "=" }.joined(separator: ",")
    pairingCode = number.map { _ in random.text(8, of: "123456789ABCDEFGHJKLMNPQRSTVWXYZ") }
  }

  /// The answer to `connect`.
  static func json(_ code: PairingCode?) -> JSONValue {
    guard let code else { return ["pairingCode": .null, "code": .null, "base64": .null, "count": 0] }
    return [
      "pairingCode": code.pairingCode.map { .string($0) } ?? .null, "code": .string(code.code),
      "base64": .string(image), "count": 1,
    ]
  }

  /// The data of `qrcode.updated`.
  func event(of instance: String) -> JSONValue {
    [
      "qrcode": [
        "instance": .string(instance), "pairingCode": pairingCode.map { .string($0) } ?? .null,
        "code": .string(code), "base64": .string(Self.image),
      ]
    ]
  }

  /// A QR code to show that says what it is: "ifinu sandbox: there is nothing to scan".
  private static let image =
    "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAIwAAACMAQAAAACGu3yTAAAA+UlEQVR42t1WUQrDUAySXcD73zI3yD"
    + "RhP9vPwHz1UUopVIwxpujvU3jeqwJQujXnseuFn/PfK30rxCZZrHmMsEq0CsIyvRyrDSRqJ1iUcB/YUK/idiLWa/q4J+3jHhX3sU"
    + "mkl5QfuWSxympsyFzwjWCqPUymZXvqqlwv0xOg2IWeEDG6OhXaDHm5NIqTRUtrFIhJucLK9VIHbf7Y92MsdZNGTGu0GWDxFRUH88"
    + "getTyZGS/pTSf0xmvIi84cwWFDP+zjrA7rfpFflssp1nmutnPQE0nkee8Bsl482B1eZ5s4+X60ZDNHB3sbs2kdF3kfe3qIk1x99P"
    + "/XG3zo+WizQN66AAAAAElFTkSuQmCC"
}
