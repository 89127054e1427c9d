import Synchronization

/// An example of what was observed, such as the id of a message, that leads from a bucket to a log line.
///
/// It shows in OpenMetrics only.
public struct Exemplar: Equatable, Sendable {
  /// The most UTF-8 characters that OpenMetrics allows for the names and values of all labels together.
  public static let maximumLength = 128

  let labels: [Label]
  let unixTime: Double?

  struct Label: Equatable, Sendable {
    let name: String
    let value: String
  }

  /// An exemplar with these labels; nil when the labels are too long together, a name is invalid or there twice, or the
  /// time is not finite: a scrape must not fail because of an exemplar.
  ///
  /// - Parameters:
  ///   - labels: names and values.
  ///   - unixTime: when it was observed, in seconds since 1970, where that is known.
  public init?(_ labels: [(name: String, value: String)], at unixTime: Double? = nil) {
    let length = labels.reduce(0) { $0 + $1.name.unicodeScalars.count + $1.value.unicodeScalars.count }
    guard length <= Self.maximumLength, labels.allSatisfy(\.name.isValidName),
      Set(labels.map(\.name)).count == labels.count, unixTime?.isFinite ?? true
    else { return nil }
    self.labels = labels.map { Label(name: $0.name, value: $0.value) }
    self.unixTime = unixTime
  }
}

/// The latest exemplar of each bucket of a histogram, with the value that was observed.
final class ExemplarSlots: Sendable {
  typealias Slot = (exemplar: Exemplar, value: Double)?

  private let slots: Mutex<[Slot]>

  init(buckets: Int) {
    slots = Mutex(Array(repeating: nil, count: buckets))
  }

  func store(_ exemplar: Exemplar, value: Double, bucket: Int) {
    slots.withLock { $0[bucket] = (exemplar, value) }
  }

  func load() -> [Slot] {
    slots.withLock { $0 }
  }
}

extension [UInt8] {
  /// Appends an exemplar as it stands behind a bucket's count.
  mutating func append(_ exemplar: Exemplar, value: Double) {
    append(contentsOf: " # {".utf8)
    for (index, label) in exemplar.labels.enumerated() {
      if index > 0 { append(UInt8(ascii: ",")) }
      append(label: label.name, value: label.value)
    }
    append(contentsOf: "} ".utf8)
    append(number: value)
    guard let time = exemplar.unixTime else { return }
    append(UInt8(ascii: " "))
    append(number: time)
  }
}
