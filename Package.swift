// swift-tools-version: 6.3

import PackageDescription

let settings: [SwiftSetting] = [
  .strictMemorySafety(),
  .treatAllWarnings(as: .error),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
]

/// The folders of `Sources`, lowest first. A module imports from the layers below its own, and within it only what
/// docs/ARCHITECTURE.md lists; Tests/Architecture holds that.
enum Layer: String {
  /// Module maps of C libraries.
  case system = "System"
  /// Libraries that know nothing of messages.
  case kit = "Kit"
  /// Decisions and protocols, without I/O.
  case domain = "Domain"
  /// The domain's protocols, carried out on the kit.
  case adapters = "Adapters"

  func module(_ name: String, needs: [Target.Dependency] = []) -> Target {
    .target(name: name, dependencies: needs, path: path(of: name), swiftSettings: settings)
  }

  func cLibrary(_ name: String, package: String? = nil) -> Target {
    .systemLibrary(name: name, path: path(of: name), providers: package.map { [.apt([$0])] })
  }

  private func path(of name: String) -> String { "Sources/\(rawValue)/\(name)" }
}

/// The tests of one module: they may use what all tests share.
func tests(of name: String, needs: [Target.Dependency] = []) -> Target {
  .testTarget(
    name: "\(name)Tests",
    dependencies: [.target(name: name), "TestSupport"] + needs,
    swiftSettings: settings
  )
}

let package = Package(
  name: "ifinu",
  products: [
    .executable(name: "ifinu", targets: ["ifinu"]),
    .library(name: "Telemetry", targets: ["Telemetry"]),
    .library(name: "TelemetryMetrics", targets: ["TelemetryMetrics"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.0"),
    .package(url: "https://github.com/apple/swift-collections", from: "1.6.0"),
    .package(url: "https://github.com/apple/swift-log", from: "1.16.0"),
    .package(url: "https://github.com/apple/swift-metrics", from: "2.13.0"),
    .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
    .package(url: "https://github.com/apple/swift-system", from: "1.5.0"),
    .package(url: "https://github.com/swiftlang/swift-subprocess", from: "1.0.0", traits: []),
  ],
  targets: [
    Layer.system.cLibrary("CLinux"),
    Layer.system.cLibrary("CHiredis", package: "libhiredis-dev"),
    Layer.system.cLibrary("CCurl", package: "libcurl4-openssl-dev"),
    Layer.system.cLibrary("CMicroHTTPD", package: "libmicrohttpd-dev"),

    Layer.kit.module("Time"),
    Layer.kit.module("Concurrency", needs: ["Time"]),
    Layer.kit.module("PercentEncoding"),
    Layer.kit.module("JSON"),
    Layer.kit.module(
      "Platform", needs: ["CLinux", "Time", .product(name: "HeapModule", package: "swift-collections")]),
    Layer.kit.module("Settings", needs: ["Platform", "Time"]),
    Layer.kit.module("Telemetry"),
    Layer.kit.module(
      "TelemetryMetrics", needs: ["Telemetry", .product(name: "CoreMetrics", package: "swift-metrics")]),
    Layer.kit.module(
      "Redis",
      needs: [
        "CHiredis", "PercentEncoding", "Platform",
        .product(name: "DequeModule", package: "swift-collections"),
        .product(name: "Logging", package: "swift-log"),
      ]),
    Layer.kit.module("HTTPClient", needs: ["CCurl", "Concurrency", "Platform"]),
    Layer.kit.module("HTTPServer", needs: ["CMicroHTTPD", "Concurrency", "PercentEncoding", "Platform"]),

    Layer.domain.module("Messaging", needs: ["JSON", "PercentEncoding", "Time"]),
    Layer.domain.module(
      "Delivery",
      needs: [
        "Concurrency", "JSON", "Messaging", "Settings", "Time",
        .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
      ]),

    Layer.domain.module("Operations", needs: ["Delivery", "JSON", "Messaging", "Time"]),

    Layer.adapters.module(
      "RedisQueue",
      needs: [
        "Concurrency", "Delivery", "JSON", "Messaging", "Operations", "Platform", "Redis", "Settings", "Time",
        .product(name: "Logging", package: "swift-log"),
      ]),
    Layer.adapters.module(
      "EvolutionAPI",
      needs: ["Delivery", "HTTPClient", "JSON", "Messaging", "Operations", "Platform", "Settings", "Time"]),
    Layer.adapters.module(
      "Observability",
      needs: ["Delivery", "Messaging", "Telemetry", "Time", .product(name: "Logging", package: "swift-log")]),
    Layer.adapters.module("Monitoring", needs: ["HTTPServer", "Settings", "Telemetry"]),
    Layer.adapters.module(
      "EvolutionSandbox",
      needs: ["Concurrency", "HTTPServer", "JSON", "Time"]),

    .executableTarget(
      name: "ifinu",
      dependencies: [
        "Concurrency", "Delivery", "EvolutionAPI", "EvolutionSandbox", "HTTPClient", "HTTPServer", "JSON", "Messaging",
        "Monitoring", "Observability", "Operations", "Platform", "Redis", "RedisQueue", "Settings", "Telemetry", "Time",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
        .product(name: "Logging", package: "swift-log"),
        .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
        .product(name: "Subprocess", package: "swift-subprocess"),
        .product(name: "SystemPackage", package: "swift-system"),
        .product(name: "UnixSignals", package: "swift-service-lifecycle"),
      ],
      swiftSettings: settings
    ),

    .target(
      name: "TestSupport",
      dependencies: [
        "Concurrency", "Delivery", "HTTPServer", "JSON", "Messaging", "Redis", "Telemetry", "Time",
        .product(name: "Logging", package: "swift-log"),
        .product(name: "Subprocess", package: "swift-subprocess"),
        .product(name: "SystemPackage", package: "swift-system"),
      ],
      path: "Tests/TestSupport",
      swiftSettings: settings
    ),
    tests(of: "Time"),
    tests(of: "Concurrency", needs: ["Time"]),
    tests(of: "Settings"),
    tests(of: "JSON"),
    tests(of: "Platform", needs: ["Time"]),
    tests(of: "Telemetry"),
    tests(of: "TelemetryMetrics", needs: ["Telemetry", .product(name: "CoreMetrics", package: "swift-metrics")]),
    tests(of: "Messaging", needs: ["JSON", "Platform", "Time"]),
    tests(
      of: "Delivery",
      needs: [
        "Concurrency", "Messaging", "Observability", "Platform", "Telemetry", "Time",
        .product(name: "ServiceLifecycleTestKit", package: "swift-service-lifecycle"),
      ]),
    tests(of: "Operations", needs: ["Delivery", "JSON", "Messaging", "Time"]),
    tests(of: "Redis", needs: ["Platform"]),
    tests(of: "HTTPClient"),
    tests(of: "HTTPServer", needs: ["Monitoring", "PercentEncoding", "Platform"]),
    tests(
      of: "RedisQueue",
      needs: ["Delivery", "Messaging", "Operations", "Redis", "Time", .product(name: "Logging", package: "swift-log")]),
    tests(
      of: "EvolutionAPI",
      needs: ["Delivery", "EvolutionSandbox", "HTTPClient", "JSON", "Messaging", "Platform", "Time"]),
    tests(
      of: "Observability",
      needs: ["Delivery", "Messaging", "Telemetry", "Time", .product(name: "Logging", package: "swift-log")]),
    tests(of: "Monitoring", needs: ["HTTPServer", "Telemetry"]),
    tests(of: "EvolutionSandbox", needs: ["HTTPClient", "HTTPServer", "JSON"]),
    tests(
      of: "ifinu",
      needs: [
        "Delivery", "EvolutionAPI", "JSON", "Messaging", "Monitoring", "Operations", "Redis", "RedisQueue", "Settings",
        "Telemetry", "Time", .product(name: "Logging", package: "swift-log"),
      ]),
    .testTarget(
      name: "EndToEndTests",
      dependencies: [
        "Concurrency", "Delivery", "EvolutionSandbox", "HTTPServer", "JSON", "Messaging", "Redis", "RedisQueue",
        "TestSupport", .product(name: "Logging", package: "swift-log"),
      ],
      swiftSettings: settings
    ),
  ],
  swiftLanguageModes: [.v6]
)
