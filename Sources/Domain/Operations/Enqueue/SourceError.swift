/// Why a file could not be read on.
package struct SourceError: Error, CustomStringConvertible {
  /// The system's words.
  package let description: String

  /// An error by the system's words.
  package init(_ description: String) { self.description = description }
}
