public import Time

/// The system's tz database: a folder of files, one for each time zone, which the package tzdata keeps up to date.
public struct TimeZoneDatabase: Sendable {
  private static let standardFolder = "/usr/share/zoneinfo"
  /// The largest file is below 4 KiB.
  private static let fileLimit = 1 << 16

  private let folder: String

  /// A database in a folder: by default what `TZDIR` names, or else the system's.
  public init(folder: String? = nil) {
    let named = folder ?? ProcessEnvironment.variables["TZDIR"] ?? ""
    self.folder = named.isEmpty ? Self.standardFolder : named
  }

  /// Reads the rules of a time zone: `America/Sao_Paulo`.
  ///
  /// - Throws: ``TimeZoneError``.
  public func rules(named name: String) throws(TimeZoneError) -> TimeZoneRules {
    guard Self.isName(name) else { throw .invalidName }
    let bytes: [UInt8]
    do throws(SmallFile.Failure) {
      bytes = try SmallFile.contents(of: "\(folder)/\(name)", limit: Self.fileLimit, mustBeRegular: true)
    } catch {
      switch error {
      case .notAFile: throw .unknown
      case .system(let system) where system.isMissing:
        throw exists ? .unknown : .noDatabase(folder: folder)
      default: throw .unreadable(error.description)
      }
    }
    return try TimeZoneRules(parsing: bytes)
  }

  private var exists: Bool {
    do throws(SmallFile.Failure) {
      _ = try SmallFile.contents(of: folder)
      return false
    } catch {
      if case .notAFile = error { return true }
      return false
    }
  }

  /// Whether a name can be a zone's: words of letters, digits and `+-_`, divided by slashes, so that it stays in the
  /// folder.
  private static func isName(_ name: String) -> Bool {
    guard name.utf8.count <= 255 else { return false }
    return name.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false).allSatisfy { word in
      !word.isEmpty && word.allSatisfy(isLetter)
    }
  }

  private static func isLetter(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "_"):
      true
    default: false
    }
  }
}
