/// How far two words are apart, for telling what was probably meant.
package enum EditDistance {
  /// The word that was probably meant: the nearest, if it is not quite another.
  ///
  /// - Returns: nil when more than half of the word would have to be replaced.
  package static func nearest<Words: Sequence<String>>(to word: String, among words: Words) -> String? {
    var (nearest, least): (String?, Int) = (nil, word.utf8.count / 2 + 1)
    for other in words where abs(other.utf8.count - word.utf8.count) <= least {
      // In its own order, so that the answer does not depend on the words' order.
      let distance = between(word, other)
      if distance < least || (distance == least && nearest.map { other < $0 } ?? false) {
        (nearest, least) = (other, distance)
      }
    }
    return nearest
  }

  /// Insertions, deletions and replacements that make one word the other (Levenshtein).
  static func between(_ left: String, _ right: String) -> Int {
    let right = Array(right.utf8)
    var row = Array(0...right.count)
    for (line, byte) in left.utf8.enumerated() {
      var diagonal = row[0]
      row[0] = line + 1
      for column in right.indices {
        let cost = byte == right[column] ? diagonal : min(diagonal, row[column], row[column + 1]) + 1
        diagonal = row[column + 1]
        row[column + 1] = cost
      }
    }
    return row[right.count]
  }
}
