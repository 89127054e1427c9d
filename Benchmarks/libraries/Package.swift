// swift-tools-version: 6.3

import PackageDescription

/// What the product's modules are built with: their sources are the product's own, by the link `product`.
let settings: [SwiftSetting] = [
  .strictMemorySafety(),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
]

func library(_ name: String) -> Target { .systemLibrary(name: name, path: "product/System/\(name)") }

func module(_ name: String, needs: [Target.Dependency] = []) -> Target {
  .target(name: name, dependencies: needs, path: "product/Kit/\(name)", swiftSettings: settings)
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
  ],
  targets: [
    library("CLinux"),
    library("CHiredis"),
    library("CCurl"),
    library("CMicroHTTPD"),
    module("Time"),
    module("Concurrency", needs: ["Time"]),
    module("PercentEncoding"),
    module("Platform", needs: ["CLinux", "Time", .product(name: "HeapModule", package: "swift-collections")]),
    module("Settings", needs: ["Platform", "Time"]),
    module(
      "Redis",
      needs: [
        "CHiredis", "PercentEncoding", "Platform",
        .product(name: "DequeModule", package: "swift-collections"),
        .product(name: "Logging", package: "swift-log"),
      ]),
    module("HTTPClient", needs: ["CCurl", "Concurrency", "Platform"]),
    module("HTTPServer", needs: ["CMicroHTTPD", "Concurrency", "PercentEncoding", "Platform"]),

    .target(name: "Measurement"),
    program("Empty"),
    program("HTTPClientOwn", needs: ["HTTPClient", "Platform"]),
    program("HTTPClientLibrary", needs: [.product(name: "AsyncHTTPClient", package: "async-http-client")]),
    program("RedisClientOwn", needs: ["Platform", "Redis", .product(name: "Logging", package: "swift-log")]),
    program(
      "RedisClientLibrary",
      needs: [.product(name: "NIOCore", package: "swift-nio"), .product(name: "NIOPosix", package: "swift-nio")]),
    program("HTTPServerOwn", needs: ["HTTPServer"]),
    program("HTTPServerLibrary", needs: [.product(name: "Hummingbird", package: "hummingbird")]),
    program("ConfigurationOwn", needs: ["Platform", "Settings"]),
    program("ConfigurationLibrary", needs: [.product(name: "Configuration", package: "swift-configuration")]),
    program("DatesOwn", needs: ["Time"]),
    program("DatesLibrary"),
  ],
  swiftLanguageModes: [.v6]
)
