/// How many series a family may have, and where it counts what goes beyond.
struct SeriesBound: Sendable {
  let limit: Int
  let folded: Counter?

  /// For families whose series are known when they are registered.
  static let none = SeriesBound(limit: .max, folded: nil)

  /// The bound itself, or none for a family without labels, which has one series by nature.
  init(limit: Int, folded: Counter?) {
    self.limit = folded == nil ? .max : limit
    self.folded = folded
  }
}
