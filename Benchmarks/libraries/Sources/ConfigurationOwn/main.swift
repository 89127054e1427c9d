// Reads every setting of the product from flags and variables, checks ranges, and reports, secrets masked.
import Delivery
import Measurement
import Platform

var flags: [Setting: String] = [:]
for (flag, value) in zip(CommandLine.arguments.dropFirst(), CommandLine.arguments.dropFirst(2)) {
  for setting in Setting.allCases where flag == "--\(setting.flag)" { flags[setting] = value }
}
do throws(ConfigurationError) {
  let values = try SettingValues(flags: flags, environment: ProcessEnvironment.variables)
  for setting in Setting.allCases {
    switch setting.specification.kind {
    case .text: break
    case .integer: _ = try values.integer(setting)
    case .number: _ = try values.number(setting)
    case .duration: _ = try values.duration(setting)
    case .choice(let names): if !names.contains(values.text(setting) ?? "") { throw values.refusal(setting) }
    }
    let shown = setting.specification.isSecret ? "***" : values.text(setting) ?? ""
    print("\(setting.name)=\(shown)")
  }
} catch {
  print("error: \(error.message)")
}
Measurement().report(operations: 1)
