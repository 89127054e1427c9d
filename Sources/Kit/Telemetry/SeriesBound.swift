/// How many series a family may have, and where it counts what goes beyond.
struct SeriesBound: Sendable {
  static let none = SeriesBound(limit: .max, folded: nil)

  let limit: Int
  let folded: Counter?
}
