// swift-tools-version: 6.3

import PackageDescription

let package = Package(
  name: "ifinu-benchmarks",
  dependencies: [
    .package(name: "ifinu", path: "..")
  ],
  targets: [
    .executableTarget(
      name: "TelemetryBench",
      dependencies: [.product(name: "Telemetry", package: "ifinu")],
      swiftSettings: [.treatAllWarnings(as: .error)]
    )
  ],
  swiftLanguageModes: [.v6]
)
