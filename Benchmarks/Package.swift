// swift-tools-version: 6.3

import PackageDescription

let package = Package(
  name: "ifinu-benchmarks",
  dependencies: [
    .package(name: "ifinu", path: "..")
  ],
  targets: [
    .systemLibrary(name: "CZlib", providers: [.apt(["zlib1g-dev"])]),
    .executableTarget(
      name: "TelemetryBench",
      dependencies: ["CZlib", .product(name: "Telemetry", package: "ifinu")],
      swiftSettings: [.treatAllWarnings(as: .error)]
    ),
  ],
  swiftLanguageModes: [.v6]
)
