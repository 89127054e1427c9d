public import Time

/// How many messages an instance may send in a day, and how many in each of its first days.
public struct DailyCap: Equatable, Sendable {
  /// Messages a day; nil for no limit.
  public var perDay: Int?
  /// The first days.
  public var warmUp: WarmUp

  /// A cap; by default there is none.
  public init(perDay: Int? = nil, warmUp: WarmUp = .none) {
    self.perDay = perDay
    self.warmUp = warmUp
  }

  /// How many messages may go out on a day.
  ///
  /// - Parameters:
  ///   - day: the day.
  ///   - firstDay: the day on which the instance sent for the first time; nil when it has not sent yet, so that this day
  ///     would be it.
  /// - Returns: the warm-up's number for that day, or the daily cap where that is lower; behind the warm-up the daily
  ///   cap. nil for no limit.
  public func cap(on day: CalendarDate, firstDay: CalendarDate?) -> Int? {
    // A first day that is yet to come is no reason for more than the first day's number.
    let place = max(0, firstDay.map { day.days(since: $0) } ?? 0)
    guard place < warmUp.caps.count else { return perDay }
    return min(warmUp.caps[place], perDay ?? .max)
  }
}

/// The caps of an instance's first days: a new number that writes to many people at once gets banned.
public struct WarmUp: Equatable, Sendable {
  /// The most days that it may have.
  public static let maximumDays = 366
  /// No warm-up.
  public static let none = WarmUp(caps: [])

  /// The cap of the first day, of the second, and so on.
  public let caps: [Int]

  /// Takes a list of caps.
  ///
  /// - Throws: ``LimitTextError`` for more days than ``maximumDays``, and for a cap that is none.
  public init(_ caps: [Int]) throws(LimitTextError) {
    guard caps.count <= Self.maximumDays, caps.allSatisfy(InstanceLimits.caps.dropFirst().contains) else {
      throw Self.refusal
    }
    self.init(caps: caps)
  }

  /// Reads `20,40,80,160`.
  ///
  /// - Throws: ``LimitTextError``.
  public init(parsing text: String) throws(LimitTextError) {
    var caps: [Int] = []
    for word in text.split(separator: ",", omittingEmptySubsequences: false) {
      let digits = word.drop { $0 == " " }
      guard digits.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }), let cap = Int(digits)
      else { throw Self.refusal }
      caps.append(cap)
    }
    try self.init(caps)
  }

  private init(caps: [Int]) { self.caps = caps }

  private static let refusal = LimitTextError(
    description:
      "must be the caps of the first days, such as 20,40,80,160: 1 to \(maximumDays) whole numbers from 1 to "
      + "\(InstanceLimits.caps.upperBound)")
}
