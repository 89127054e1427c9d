/// Why there are no rules for a time zone.
public enum TimeZoneError: Error, Equatable, CustomStringConvertible {
  /// No name that a time zone can have: empty, absolute, with `..` or odd characters in it.
  case invalidName
  /// The database has no zone of that name.
  case unknown
  /// There is no database in this folder.
  case noDatabase(folder: String)
  /// The zone's file can't be read; why.
  case unreadable(String)
  /// The zone's file is no TZif file of version 2 or later, or a damaged one; what is wrong.
  case damaged(String)

  /// What is wrong, and the fix where there is one.
  public var description: String {
    switch self {
    case .invalidName: "is no name of a time zone, such as America/Sao_Paulo"
    case .unknown:
      "is no time zone of the tz database; write a name such as America/Sao_Paulo, capitals as they are there"
    case .noDatabase(let folder):
      "can't be looked up: there is no tz database in \(folder); install Debian's package tzdata, or set TZDIR"
    case .unreadable(let reason): "can't be looked up: its file in the tz database can't be read (\(reason))"
    case .damaged(let what): "can't be looked up: its file in the tz database is damaged (\(what))"
    }
  }
}
