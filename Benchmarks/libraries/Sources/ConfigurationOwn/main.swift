// Reads as many settings as the product has from flags and variables, checks ranges, and reports, secrets masked.
import Measurement
import Platform
import Settings

var flags: [Setting: String] = [:]
for (flag, value) in zip(CommandLine.arguments.dropFirst(), CommandLine.arguments.dropFirst(2)) {
  for setting in BenchSettings.settings where flag == "--\(setting.flag)" { flags[setting] = value }
}
do throws(SettingError) {
  let values = try SettingValues(
    of: BenchSettings.settings, flags: flags, environment: ProcessEnvironment.variables)
  _ = try BenchSettings(values)
  for setting in values.settings { print("\(setting.name)=\(values.text(setting).map(setting.shown) ?? "")") }
} catch {
  print("error: \(error)")
}
Measurement().report(operations: 1)
