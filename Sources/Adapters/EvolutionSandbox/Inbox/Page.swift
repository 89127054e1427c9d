internal import JSON

/// Which part of a long answer a query asks for.
struct Page {
  private static let largest = 1_000_000

  /// Counts from 1.
  let number: Int
  private let size: Int

  /// Reads `page` and `offset`, which is the page's size.
  init(_ body: JSONView) {
    func positive(_ name: String, _ standard: Int) -> Int {
      body[name]?.integer.map { min(max($0, 1), Self.largest) } ?? standard
    }
    number = positive("page", 1)
    size = positive("offset", 50)
  }

  /// How many pages so many items fill.
  func count(of items: Int) -> Int { (items + size - 1) / size }

  /// The items on this page.
  func cut<Items: Sequence>(_ items: Items) -> [Items.Element] {
    Array(items.dropFirst((number - 1) * size).prefix(size))
  }
}
