/// The values that tell one series of a family from the others, in the order of the sorted label names.
///
/// They are compared byte by byte, as whoever reads the exposition does; `String` would hold two spellings of one
/// accented letter to be equal.
struct LabelValues: Sendable, Comparable {
  let texts: [String]

  init(_ texts: [String]) {
    self.texts = texts
  }

  static func == (one: LabelValues, other: LabelValues) -> Bool {
    one.texts.elementsEqual(other.texts) { $0.utf8.elementsEqual($1.utf8) }
  }

  static func < (one: LabelValues, other: LabelValues) -> Bool {
    for (text, otherText) in zip(one.texts, other.texts) where !text.utf8.elementsEqual(otherText.utf8) {
      return text.utf8.lexicographicallyPrecedes(otherText.utf8)
    }
    return one.texts.count < other.texts.count
  }
}
