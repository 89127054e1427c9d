/// A limit written in a way that has no meaning.
public struct LimitTextError: Error, Equatable, CustomStringConvertible {
  /// What is wrong, and the fix; for the end of a sentence that names the setting. It does not quote the text.
  public let description: String
}
