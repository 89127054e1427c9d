internal import Glibc

/// The process's environment.
public enum ProcessEnvironment {
  /// Its variables; of a name that stands there twice, the first.
  public static var variables: [String: String] {
    var variables: [String: String] = [:]
    // Nothing at all where somebody has cleared it.
    guard var entry = unsafe environ as UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>? else { return variables }
    while let text = unsafe entry.pointee {
      let parts = unsafe String(cString: text).split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      if parts.count == 2, variables[String(parts[0])] == nil { variables[String(parts[0])] = String(parts[1]) }
      unsafe entry = entry.advanced(by: 1)
    }
    return variables
  }
}
