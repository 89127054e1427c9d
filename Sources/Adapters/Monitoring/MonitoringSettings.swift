package import HTTPServer
package import Settings

/// Where a process can be watched.
package struct MonitoringSettings: Sendable {
  /// Whether message ids are shown as exemplars.
  package enum Exemplars: String, CaseIterable, Sendable {
    case off, on
  }

  /// Where the endpoints answer.
  package let address: SocketAddress
  /// Whether message ids are shown as exemplars.
  package let exemplars: Exemplars
}

extension Setting {
  /// `IFINU_HTTP_ADDRESS`
  package static let httpAddress = Setting(
    "IFINU_HTTP_ADDRESS", default: "127.0.0.1:9464", "where /metrics, /livez and /readyz answer",
    accepts: "`host:port`, IPv6 in brackets; port 0 takes a free one")
  /// `IFINU_EXEMPLARS`
  package static let exemplars = Setting(
    "IFINU_EXEMPLARS", .choice(MonitoringSettings.Exemplars.allCases.map(\.rawValue)), default: "off",
    "message ids as exemplars of whatsapp_envio_duracao_seconds, for scrapers that ask for OpenMetrics")
}

extension MonitoringSettings: SettingsSection {
  /// The section's title.
  package static let title = "Monitoring"
  /// The section's settings.
  package static let settings: [Setting] = [.httpAddress, .exemplars]

  /// Reads the settings.
  package init(_ values: SettingValues) throws(SettingError) {
    do throws(HTTPServerError) {
      address = try SocketAddress(parsing: values.text(.httpAddress) ?? "")
    } catch {
      throw SettingError(.httpAddress, "is wrong: \(error)")
    }
    exemplars = try values.choice(.exemplars)
  }
}
