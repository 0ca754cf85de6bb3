/// One scenario: who is there, and what is done, step by step.
package struct Scenario: Sendable {
  package var name: String
  package var supervisors: [String: SupervisorPlan] = [:]
  package var steps: [Step] = []

  /// A step's words, without `unordered`.
  package struct Step: Sendable {
    package var words: [String]
    /// Where Erlang promises no order among what follows.
    package var isUnordered: Bool

    var text: String { (isUnordered ? ["unordered"] + words : words).joined(separator: " ") }
  }

  package struct SupervisorPlan: Sendable {
    var strategy: String
    var intensity = 1
    /// Seconds.
    var period = 5
    var children: [ChildPlan] = []
  }

  package struct ChildPlan: Sendable {
    var id: String
    var options: [String]

    var isSupervisor: Bool { options.contains("supervisor") }
    func option(_ key: String) -> String? {
      options.first { $0.hasPrefix(key + "=") }.map { String($0.dropFirst(key.count + 1)) }
    }
  }

  /// The supervisor at the top of the tree that has this one.
  func root(of name: String) -> String {
    for (parent, plan) in supervisors
    where plan.children.contains(where: { $0.isSupervisor && $0.id == name }) {
      return root(of: parent)
    }
    return name
  }
}

package struct ScenarioError: Error, CustomStringConvertible {
  package var description: String
  init(_ description: String) { self.description = description }
}

extension Scenario {
  /// Reads the scenarios of a file.
  package static func parse(_ text: String) throws(ScenarioError) -> [Scenario] {
    var scenarios: [Scenario] = []
    var current = ""
    for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
      let code = line.split(separator: "#", maxSplits: 1, omittingEmptySubsequences: false).first ?? ""
      let words = code.split(whereSeparator: { $0 == " " || $0 == "\t" }).map(String.init)
      guard let verb = words.first else { continue }
      if verb == "scenario", words.count == 2 {
        scenarios.append(Scenario(name: words[1]))
        continue
      }
      guard var scenario = scenarios.popLast() else {
        throw ScenarioError("line \(index + 1): expected `scenario NAME`")
      }
      switch verb {
      case "supervisor" where words.count >= 3:
        current = words[1]
        scenario.supervisors[current] = try supervisor(words, line: index + 1)
      case "child" where words.count >= 2:
        let child = ChildPlan(id: words[1], options: Array(words.dropFirst(2)))
        scenario.supervisors[current]?.children.append(child)
      case "unordered": scenario.steps.append(Step(words: Array(words.dropFirst()), isUnordered: true))
      default: scenario.steps.append(Step(words: words, isUnordered: false))
      }
      scenarios.append(scenario)
    }
    return scenarios
  }

  private static func supervisor(_ words: [String], line: Int) throws(ScenarioError) -> SupervisorPlan {
    var plan = SupervisorPlan(strategy: words[2])
    for option in words.dropFirst(3) {
      let parts = option.split(separator: "=")
      guard parts.count == 2, let number = Int(parts[1]) else {
        throw ScenarioError("line \(line): expected `intensity=N` or `period=N`, got `\(option)`")
      }
      if parts[0] == "intensity" { plan.intensity = number } else { plan.period = number }
    }
    return plan
  }
}
