/// Percent-encoding (RFC 3986, section 2.1).
extension String {
  /// The text with each byte encoded that is not unreserved (section 2.3).
  // Of a type, not of a protocol: it is needed for every message, and would be generic in other modules.
  public var percentEncoded: String {
    if utf8.allSatisfy({ $0.isUnreserved }) { return self }
    var encoded = ""
    for byte in utf8 {
      if byte.isUnreserved {
        encoded.unicodeScalars.append(Unicode.Scalar(byte))
      } else {
        encoded += byte.percentEncoded
      }
    }
    return encoded
  }
}

extension StringProtocol {
  /// The text with its `%XX` escapes resolved; what is no valid escape stays as it is, and invalid UTF-8 is replaced.
  public var percentDecoded: String {
    guard utf8.contains(UInt8(ascii: "%")) else { return String(self) }
    return String(decoding: decodedBytes(isStrict: false) ?? [], as: UTF8.self)
  }

  /// The text with its `%XX` escapes resolved; nil when one is broken, or the outcome is no UTF-8.
  public var strictlyPercentDecoded: String? {
    decodedBytes(isStrict: true).flatMap { String(validating: $0, as: UTF8.self) }
  }

  private func decodedBytes(isStrict: Bool) -> [UInt8]? {
    let bytes = Array(utf8)
    var result: [UInt8] = []
    result.reserveCapacity(bytes.count)
    var position = 0
    while position < bytes.count {
      guard bytes[position] == UInt8(ascii: "%") else {
        result.append(bytes[position])
        position += 1
        continue
      }
      if position + 2 < bytes.count, let high = bytes[position + 1].hexDigitValue,
        let low = bytes[position + 2].hexDigitValue
      {
        result.append(high << 4 | low)
        position += 3
      } else if isStrict {
        return nil
      } else {
        result.append(bytes[position])
        position += 1
      }
    }
    return result
  }
}

extension UInt8 {
  /// The byte as `%XX`.
  public var percentEncoded: String { (self < 0x10 ? "%0" : "%") + String(self, radix: 16, uppercase: true) }

  fileprivate var isUnreserved: Bool {
    switch self {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
      UInt8(ascii: "~"):
      true
    default: false
    }
  }

  fileprivate var hexDigitValue: UInt8? {
    switch self {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): self - UInt8(ascii: "0")
    case UInt8(ascii: "a")...UInt8(ascii: "f"): self - UInt8(ascii: "a") + 10
    case UInt8(ascii: "A")...UInt8(ascii: "F"): self - UInt8(ascii: "A") + 10
    default: nil
    }
  }
}
