// swift-tools-version: 6.3

import PackageDescription

/// What the product's rooms are built with: their sources are the product's own, by the links `product` and `tests`.
let settings: [SwiftSetting] = [
  .strictMemorySafety(),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
]

func library(_ name: String) -> Target { .systemLibrary(name: name, path: "product/\(name)") }

func room(_ name: String, needs: [Target.Dependency]) -> Target {
  .target(name: name, dependencies: needs, path: "product/\(name)", swiftSettings: settings)
}

/// One side of a pair.
func program(_ name: String, needs: [Target.Dependency] = []) -> Target {
  .executableTarget(name: name, dependencies: needs + ["Measurement"])
}

let package = Package(
  name: "ifinu-library-benchmarks",
  dependencies: [
    .package(url: "https://github.com/apple/swift-collections", from: "1.6.0"),
    .package(url: "https://github.com/apple/swift-configuration", from: "1.4.0", traits: ["CommandLineArguments"]),
    .package(url: "https://github.com/apple/swift-log", from: "1.16.0"),
    .package(url: "https://github.com/apple/swift-nio", from: "2.101.0"),
    .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.0", traits: []),
    .package(url: "https://github.com/swift-server/async-http-client", from: "1.37.0"),
    .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
    .package(url: "https://github.com/swiftlang/swift-subprocess", from: "1.0.0", traits: []),
  ],
  targets: [
    library("CLinux"),
    library("CHiredis"),
    library("CCurl"),
    library("CMicroHTTPD"),
    .systemLibrary(name: "CSpawn", path: "tests/CSpawn"),
    room("JSON", needs: []),
    room("Platform", needs: ["CLinux", .product(name: "HeapModule", package: "swift-collections")]),
    room("Telemetry", needs: []),
    room(
      "Delivery",
      needs: [
        "JSON", "Telemetry",
        .product(name: "DequeModule", package: "swift-collections"),
        .product(name: "Logging", package: "swift-log"),
        .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
      ]),
    room(
      "RedisQueue",
      needs: [
        "CHiredis", "Delivery", "JSON", "Platform",
        .product(name: "DequeModule", package: "swift-collections"),
        .product(name: "Logging", package: "swift-log"),
      ]),
    room("EvolutionAPI", needs: ["CCurl", "Delivery", "JSON", "Platform"]),
    room("HTTPServer", needs: ["CMicroHTTPD", "Platform", "Telemetry"]),
    .target(name: "TestSpawn", dependencies: ["CSpawn"], swiftSettings: settings),

    .target(name: "Measurement"),
    program("Empty"),
    program("HTTPClientOwn", needs: ["Delivery", "EvolutionAPI", "Platform"]),
    program("HTTPClientLibrary", needs: [.product(name: "AsyncHTTPClient", package: "async-http-client")]),
    program(
      "RedisClientOwn",
      needs: ["Delivery", "Platform", "RedisQueue", .product(name: "Logging", package: "swift-log")]),
    program(
      "RedisClientLibrary",
      needs: [.product(name: "NIOCore", package: "swift-nio"), .product(name: "NIOPosix", package: "swift-nio")]),
    program("HTTPServerOwn", needs: ["HTTPServer"]),
    program("HTTPServerLibrary", needs: [.product(name: "Hummingbird", package: "hummingbird")]),
    program(
      "ConfigurationOwn", needs: ["Delivery", "Platform", .product(name: "Logging", package: "swift-log")]),
    program("ConfigurationLibrary", needs: [.product(name: "Configuration", package: "swift-configuration")]),
    program("DatesOwn", needs: ["Delivery"]),
    program("DatesLibrary"),
    program("SpawnOwn", needs: ["TestSpawn"]),
    program("SpawnLibrary", needs: [.product(name: "Subprocess", package: "swift-subprocess")]),
  ],
  swiftLanguageModes: [.v6]
)
