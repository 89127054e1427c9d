import Operations

extension Finding {
  /// For people.
  func text(_ style: Style) -> String {
    let mark =
      switch health {
      case .good: style.good("ok     ")
      case .doubtful: style.doubtful("warning")
      case .bad: style.bad("error  ")
      }
    return "\(mark)  \(subject): \(seen)\n" + (fix.map { "         → \($0)\n" } ?? "")
  }
}
