import Telemetry
import Testing

@Suite struct NumberTests {
  @Test(
    arguments: [
      (0.0, "0.0"), (-0.0, "0.0"), (1, "1.0"), (-1, "-1.0"), (0.1, "0.1"), (0.5, "0.5"), (1_234_567, "1234567.0"),
      (0.1 + 0.2, "0.30000000000000004"), (1e-5, "1e-05"), (0x1p53 - 1, "9007199254740991.0"),
      (1e300, "1e+300"), (.leastNonzeroMagnitude, "5e-324"), (-2.5e-7, "-2.5e-07"),
    ] as [(Double, String)])
  func `a value has one form`(value: Double, form: String) throws {
    let registry = MetricsRegistry()
    try registry.gauge("x", help: "X.").set(value)
    for format in ExpositionFormat.allCases { #expect(registry.samples("x", format) == ["x \(form)"]) }
  }

  @Test(
    arguments: [
      (0.0, "0.0"), (-0.0, "0.0"), (0.001, "0.001"), (0.025, "0.025"), (0.1, "0.1"), (1, "1.0"), (2.5, "2.5"),
      (10, "10.0"), (100, "100.0"), (14_400, "14400.0"), (100_000, "100000.0"), (123_456.5, "123456.5"),
      (1e6, "1e+06"), (1_234_567.5, "1.2345675e+06"), (1e10, "1e+10"), (1e100, "1e+100"), (0.0001, "0.0001"),
      (0.00025, "0.00025"), (1e-5, "1e-05"), (1e-10, "1e-10"), (2.5e-7, "2.5e-07"), (-1, "-1.0"), (-0.25, "-0.25"),
      (1e16, "1e+16"), (1.5e17, "1.5e+17"),
    ] as [(Double, String)])
  func `a bucket's bound is written as every client writes it`(bound: Double, form: String) throws {
    let registry = MetricsRegistry()
    _ = try registry.histogram("x", help: "X.", buckets: [bound])
    for format in ExpositionFormat.allCases {
      #expect(
        registry.samples("x_bucket", format) == ["x_bucket{le=\"\(form)\"} 0", #"x_bucket{le="+Inf"} 0"#])
    }
  }
}
