/// What becomes of a mobile number's ninth digit in the address that a message is kept under.
package enum NinthDigit: String, Sendable, CaseIterable {
  /// It is dropped in the area codes from 31 on, as Evolution does it.
  case usual
  /// It stays, wherever it is.
  case kept
  /// It is dropped, wherever it is.
  case dropped
}
