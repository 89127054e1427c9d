package import Delivery
package import JSON
package import Time

/// How all instances stand, the worst first.
package struct InstanceOverview: Sendable {
  /// The instances.
  package let standings: [InstanceStanding]
  /// What was found that belongs to no instance yet, and when.
  package let survey: InstanceSurvey

  /// Judges what is written down.
  ///
  /// - Parameters:
  ///   - survey: what is written down.
  ///   - limits: the limits of an instance that has none of its own.
  ///   - clock: the clocks by which days are counted.
  package init(_ survey: InstanceSurvey, limits: InstanceLimits, clock: TimeZoneRules) {
    self.survey = survey
    let today = clock.localTime(at: survey.time).date
    standings = survey.records.map {
      InstanceStanding($0, general: limits, today: today, now: survey.time)
    }.sorted(by: InstanceStanding.isWorse)
  }

  /// How many instances stand so.
  package func count(_ state: InstanceState) -> Int { standings.count { $0.state == state } }

  /// What belongs to no instance yet, a line each.
  package var remarks: [String] {
    var remarks: [String] = []
    if survey.unassigned > 0 {
      let tenants = counted(survey.unassignedTenants, "tenant")
      remarks.append("\(counted(survey.unassigned, "message")) of \(tenants) whose instance is not known yet")
    }
    if survey.unsorted > 0 {
      remarks.append("\(counted(survey.unsorted, "message")) in the lanes, not sorted by instance yet")
    }
    return remarks
  }

  /// For programs.
  ///
  /// - Parameter limit: how many instances at most.
  /// - Returns: one object.
  package func json(limit: Int) -> JSONValue {
    [
      "time": .string(survey.time.rfc3339), "total": .integer(standings.count),
      "states": .object(InstanceState.allCases.map { (name: $0.rawValue, value: .integer(count($0))) }),
      "instances": .array(standings.prefix(limit).map(\.json)),
      "unassigned": ["tenants": .integer(survey.unassignedTenants), "messages": .integer(survey.unassigned)],
      "unsorted": .integer(survey.unsorted),
    ]
  }
}
