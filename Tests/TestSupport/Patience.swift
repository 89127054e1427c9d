package import Testing

extension Duration {
  /// How long a test waits for what has to come.
  ///
  /// It only ends what hangs: no machine is so slow that it takes so long, and nothing is judged by it.
  package static var patience: Duration { .seconds(300) }

  /// Longer than any test may take: what has to be ended by something else before its time is up is given this much.
  package static var forever: Duration { .seconds(86_400) }
}

extension Trait where Self == TimeLimitTrait {
  /// Ends a test that hangs; with room for several waits of ``Swift/Duration/patience``.
  package static var hangLimit: Self { .timeLimit(.minutes(20)) }
}
