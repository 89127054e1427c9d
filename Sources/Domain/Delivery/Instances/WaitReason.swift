/// Why a message waits for its instance; the names are those of the label `motivo`.
public enum WaitReason: String, CaseIterable, Sendable {
  /// The instance's pace, or its number of sends at once.
  case pace = "ritmo"
  /// The day's cap is reached.
  case dailyCap = "limite_diario"
  /// It is night where the recipient is.
  case quietHours = "silencio"
  /// Something is wrong with the instance, or with the server that it lives on.
  case stopped = "parada"
  /// An operator has stopped it.
  case paused = "pausada"
  /// An earlier message to the same recipient waits.
  case order = "ordem"
}
