import Telemetry

extension MetricsRegistry {
  /// The exposition as text.
  func text(_ format: ExpositionFormat = .text) -> String {
    String(decoding: render(format), as: UTF8.self)
  }

  /// The lines that hold samples of a name, whatever their labels.
  func samples(_ name: String, _ format: ExpositionFormat = .text) -> [String] {
    text(format).split(separator: "\n").map(String.init).filter {
      $0.hasPrefix(name + "{") || $0.hasPrefix(name + " ")
    }
  }
}
