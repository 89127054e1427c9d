/// How an instance stands, the worst first; the names are those of the label `estado`.
package enum InstanceState: String, CaseIterable, Sendable {
  /// Something is wrong with it, or with the server that it lives on.
  case stopped = "parada"
  /// An operator has stopped it.
  case paused = "pausada"
  /// It has sent as many as it may in a day.
  case dailyCap = "limite_diario"
  /// All that waits for it is for people where it is night.
  case quietHours = "silencio"
  /// It sends, and what waits keeps its distance.
  case pace = "ritmo"
  /// Nothing holds it up.
  case active = "ativa"

  /// Its place among the states: 0 for the worst.
  var severity: Int { Self.allCases.firstIndex(of: self) ?? 0 }
}
