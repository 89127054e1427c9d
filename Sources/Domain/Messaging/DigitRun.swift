/// Decimal digits in a row, zeros in front included.
struct DigitRun: Equatable {
  /// As many as the longest way of writing a number has: 00, a carrier, 55 and 11 digits, with some to spare.
  static let maximumCount = 18

  let value: Int
  let count: Int

  init(value: Int = 0, count: Int = 0) {
    self.value = value
    self.count = count
  }

  /// The run with one more digit behind it; nil when it would be too long for any number.
  func appending(_ digit: Int) -> DigitRun? {
    count < Self.maximumCount ? DigitRun(value: value * 10 + digit, count: count + 1) : nil
  }

  /// The number that the first digits make; of fewer than that, what all of them make.
  func prefix(_ length: Int) -> Int { value / Self.power(count - length) }

  func dropFirst(_ length: Int) -> DigitRun {
    DigitRun(value: value % Self.power(count - length), count: max(0, count - length))
  }

  func dropLast(_ length: Int) -> DigitRun { DigitRun(value: prefix(count - length), count: max(0, count - length)) }

  /// Whether it begins with exactly these digits, zeros included.
  func starts(with digits: DigitRun) -> Bool { count >= digits.count && prefix(digits.count) == digits.value }

  func after(countryCode: Int) -> DigitRun {
    DigitRun(value: countryCode * Self.power(count) + value, count: count + 2)
  }

  private static func power(_ exponent: Int) -> Int {
    var power = 1
    for _ in 0..<max(0, exponent) { power *= 10 }
    return power
  }
}
