/// The header `Accept-Encoding`, as far as gzip goes.
package enum ContentCoding {
  /// Whether the client takes gzip: by name, or by `*` when it is not named. A weight of 0 says no.
  package static func allowsGzip(_ acceptEncoding: String?) -> Bool {
    var byWildcard = false
    for entry in (acceptEncoding ?? "").split(separator: ",") {
      let parts = entry.split(separator: ";").map(\.withoutBlanks)
      switch parts.first?.lowercased() {
      case "gzip", "x-gzip": return hasWeight(parts.dropFirst())
      case "*": byWildcard = hasWeight(parts.dropFirst())
      default: continue
      }
    }
    return byWildcard
  }

  private static func hasWeight(_ parameters: ArraySlice<Substring>) -> Bool {
    for parameter in parameters where parameter.lowercased().hasPrefix("q=") {
      guard let weight = Double(parameter.dropFirst(2)) else { return false }
      return weight > 0
    }
    return true
  }
}

extension Substring {
  fileprivate var withoutBlanks: Substring {
    var rest = drop { $0 == " " || $0 == "\t" }
    while rest.last == " " || rest.last == "\t" { rest.removeLast() }
    return rest
  }
}
