import ArgumentParser
import Platform
import Telemetry

/// `ifinu metrics-catalogue`, which keeps docs/METRICS.md true.
struct MetricsCatalogueCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "metrics-catalogue",
    abstract: "Prints what a worker shows at /metrics, as Markdown tables.",
    discussion: "Given a page with the marks for them, prints the page with its tables brought up to date.",
    shouldDisplay: false)

  @Argument(help: "The page.")
  var page: String?

  func run() throws {
    let catalogue = MetricsCatalogue(of: try WorkerRole.registryAtRest().catalogue())
    guard let page else { return try Output.write(catalogue.markdown) }
    let text: String
    do {
      text = String(decoding: try SmallFile.contents(of: page), as: UTF8.self)
    } catch {
      throw WorkFailure(message: "\(page) can't be read: \(error)")
    }
    guard let current = catalogue.replacing(in: text) else {
      throw WorkFailure(
        message: "\(page) does not say where the tables go; add the lines \(MetricsCatalogue.begin) and "
          + MetricsCatalogue.end)
    }
    try Output.write(current)
  }
}
