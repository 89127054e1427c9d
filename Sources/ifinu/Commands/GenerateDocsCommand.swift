import ArgumentParser
import Platform

/// `ifinu generate-docs`, which keeps the documentation true.
struct GenerateDocsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "generate-docs",
    abstract: "Prints a page of the documentation with its generated tables brought up to date.",
    discussion: "Without a page it prints the tables of what a worker shows at /metrics.",
    shouldDisplay: false)

  @Argument(help: "The page.")
  var page: String?

  func run() throws {
    let blocks = try GeneratedBlocks()
    guard let page else { return try Output.write(blocks.texts["metrics"] ?? "") }
    let text: String
    do {
      text = String(decoding: try SmallFile.contents(of: page), as: UTF8.self)
    } catch {
      throw WorkFailure(message: "\(page) can't be read: \(error)")
    }
    guard let current = blocks.replacing(in: text) else {
      let marks = blocks.texts.keys.sorted().map(GeneratedBlocks.begin).joined(separator: "\n")
      throw WorkFailure(
        message: "\(page) does not say where tables go; a block begins with one of\n\(marks)\nand ends with "
          + GeneratedBlocks.end)
    }
    try Output.write(current)
  }
}
