import ArgumentParser
import EvolutionSandbox

/// A fault on the command line, `name=share`.
struct FaultShare {
  let fault: Fault
  let share: Double

  init(_ text: String) throws {
    let parts = text.split(separator: "=", maxSplits: 1).map(String.init)
    guard parts.count == 2, let fault = Fault(rawValue: parts[0]), let share = Double(parts[1]), (0...1).contains(share)
    else {
      throw ValidationError("\"\(text)\" is no fault and its share, such as gateway=0.1. Faults: \(Self.names).")
    }
    self.fault = fault
    self.share = share
  }

  static var names: String { Fault.allCases.map(\.rawValue).joined(separator: ", ") }

  static func fault(_ text: String) throws -> Fault {
    guard let fault = Fault(rawValue: text) else {
      throw ValidationError("\"\(text)\" is no fault. Faults: \(names).")
    }
    return fault
  }
}

/// A fault of an instance on the command line, `instance=name`; the instance's name may have a `=` in it.
struct InstanceFault {
  let instance: String
  let fault: Fault

  init(_ text: String) throws {
    guard let sign = text.lastIndex(of: "="), sign > text.startIndex else {
      throw ValidationError("\"\(text)\" is no instance and its fault, such as loja=hang.")
    }
    instance = String(text[..<sign])
    fault = try FaultShare.fault(String(text[text.index(after: sign)...]))
  }
}
