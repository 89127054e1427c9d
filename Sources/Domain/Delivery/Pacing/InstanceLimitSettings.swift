internal import Messaging
package import Settings
package import Time

/// What holds for each instance, and for the messages that wait for one.
package struct InstanceLimitSettings: Sendable {
  /// What is off or on.
  package enum Switch: String, CaseIterable, Sendable {
    case off, on
  }
  /// Whether uncertain sends are looked up before they are decided on.
  package enum Reconciliation: String, CaseIterable, Sendable {
    case auto, off
  }

  /// The limits of an instance for which nothing else was said.
  package let limits: InstanceLimits
  /// How long a message waits for an instance that stands still before it is a dead letter.
  package let longestParking: Duration
  /// Whether later messages to a recipient wait behind one that is to be tried again.
  package let keepsOrder: Bool
  /// Whether uncertain sends are looked up.
  package let reconciliation: Reconciliation
  /// Within what time an `id` that was sent is not sent again; nil for never mind.
  package let deduplicationWindow: Duration?
  /// When nobody is written to; nil for never.
  package let quietHours: QuietHours?
  /// The clocks by which days are counted where no recipient gives any.
  package let timeZone: TimeZoneRules
  /// How long a tenant's instance is kept in Redis.
  package let directoryLifetime: Duration
}

extension Setting {
  private static let defaults = InstanceLimits()
  private static let month = Duration.seconds(30 * 86_400)

  /// `IFINU_INSTANCE_CONCURRENCY`
  package static let instanceConcurrency = Setting(
    "IFINU_INSTANCE_CONCURRENCY", .integer(InstanceLimits.concurrencies), default: "\(defaults.concurrency)",
    "sends under way at once on one instance, in the whole fleet; 0 for no limit")
  /// `IFINU_INSTANCE_INTERVAL`
  package static let instanceInterval = Setting(
    "IFINU_INSTANCE_INTERVAL", .duration(InstanceLimits.intervals), default: DurationText.format(defaults.interval),
    "the time between the starts of two sends on one instance; 0s for none")
  /// `IFINU_INSTANCE_JITTER`
  package static let instanceJitter = Setting(
    "IFINU_INSTANCE_JITTER", .number(0...1), default: "\(defaults.jitter)",
    "the share by which that time is drawn shorter or longer for each send")
  /// `IFINU_INSTANCE_DAILY_CAP`
  package static let instanceDailyCap = Setting(
    "IFINU_INSTANCE_DAILY_CAP", .integer(InstanceLimits.caps), default: "0",
    "sends of one instance in a day; 0 for no limit")
  /// `IFINU_INSTANCE_WARMUP`
  package static let instanceWarmup = Setting(
    "IFINU_INSTANCE_WARMUP", .text, "sends of one instance in each of its first days",
    accepts: "whole numbers such as `20,40,80,160`, \(WarmUp.maximumDays) at most")
  /// `IFINU_PARK_MAX`
  package static let parkMax = Setting(
    "IFINU_PARK_MAX", .duration(.seconds(1)...month), default: "24h",
    "how long a message waits for an instance that can't send before it is a dead letter")
  /// `IFINU_KEEP_ORDER`
  package static let keepOrder = Setting(
    "IFINU_KEEP_ORDER", .choice(InstanceLimitSettings.Switch.allCases.map(\.rawValue)), default: "off",
    "whether later messages to a recipient wait behind one that is to be tried again")
  /// `IFINU_RECONCILE`
  package static let reconcile = Setting(
    "IFINU_RECONCILE", .choice(InstanceLimitSettings.Reconciliation.allCases.map(\.rawValue)), default: "auto",
    "whether uncertain sends are looked up before they are decided on, where the server keeps messages")
  /// `IFINU_DEDUP_WINDOW`
  package static let dedupWindow = Setting(
    "IFINU_DEDUP_WINDOW", .duration(.zero...month), default: "24h",
    "within what time an id that was sent is not sent again to the same recipient on the same instance; 0s for never mind"
  )
  /// `IFINU_QUIET_HOURS`
  package static let quietHours = Setting(
    "IFINU_QUIET_HOURS", .text,
    "when nobody is written to, by the clock where the recipient lives; the lane urgente goes on",
    accepts: "two times such as `21:00-08:00`")
  /// `IFINU_TIME_ZONE`
  package static let timeZone = Setting(
    "IFINU_TIME_ZONE", default: "America/Sao_Paulo", "the clocks by which days are counted",
    accepts: "a name of the tz database")
  /// `IFINU_DIRECTORY_TTL`
  package static let directoryTTL = Setting(
    "IFINU_DIRECTORY_TTL", .duration(.seconds(1)...(.seconds(86_400))), default: "5m",
    "how long a tenant's instance is kept in Redis before it is asked for again")
}

extension InstanceLimitSettings: SettingsSection {
  /// The section's title.
  package static let title = "Instances"
  /// The section's settings.
  package static let settings: [Setting] = [
    .instanceConcurrency, .instanceInterval, .instanceJitter, .instanceDailyCap, .instanceWarmup, .parkMax, .keepOrder,
    .reconcile, .dedupWindow, .quietHours, .timeZone, .directoryTTL,
  ]

  /// Reads the settings.
  package init(_ values: SettingValues) throws(SettingError) {
    var limits = InstanceLimits()
    limits.concurrency = try values.integer(.instanceConcurrency)
    limits.interval = try values.duration(.instanceInterval)
    limits.jitter = try values.number(.instanceJitter)
    let cap = try values.integer(.instanceDailyCap)
    limits.dailyCap.perDay = cap == 0 ? nil : cap
    if let text = values.text(.instanceWarmup) {
      do throws(LimitTextError) {
        limits.dailyCap.warmUp = try WarmUp(parsing: text)
      } catch {
        throw values.refusal(.instanceWarmup, error.description)
      }
    }
    self.limits = limits
    longestParking = try values.duration(.parkMax)
    keepsOrder = try values.choice(.keepOrder, as: Switch.self) == .on
    reconciliation = try values.choice(.reconcile)
    let window = try values.duration(.dedupWindow)
    deduplicationWindow = window == .zero ? nil : window
    timeZone = try values.timeZone(.timeZone)
    quietHours = try values.text(.quietHours).map { text throws(SettingError) in
      let zones = try RecipientTimeZones { name throws(SettingError) in
        try values.timeZone(named: name, for: .quietHours)
      }
      do throws(LimitTextError) {
        return try QuietHours(parsing: text, in: zones)
      } catch {
        throw values.refusal(.quietHours, error.description)
      }
    }
    directoryLifetime = try values.duration(.directoryTTL)
  }
}
