package import Foundation

/// What the build has put beside the tests.
package enum BuiltProducts {
  /// The program itself, built with the tests.
  package static var ifinu: URL {
    URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath().deletingLastPathComponent()
      .appendingPathComponent("ifinu")
  }
}
