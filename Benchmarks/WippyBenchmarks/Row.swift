/// One line of the table: what it costs here, and what it costs at the reference.
struct Row: Sendable, Codable {
  let name: String
  let unit: String
  let ours: Double
  /// `nil` where the reference is not installed.
  let reference: Double?
  /// Cost: less is better.
  let ratio: Double?
  let samples: Int
  /// What the row has to reach, for the table.
  var limit: Limit?
  var note = ""

  enum Limit: Sendable {
    case ratio(Double)
    case above(Double)
    /// Whatever the reference needs.
    case most(Double)
  }

  init(
    _ name: String, unit: String, ours: Double, reference: Double?, samples: Int, limit: Limit? = nil,
    note: String = ""
  ) {
    self.name = name
    self.unit = unit
    self.ours = ours
    self.reference = reference
    ratio = reference.map { $0 > 0 ? ours / $0 : 0 }
    self.samples = samples
    self.limit = limit
    self.note = note
  }

  private enum CodingKeys: CodingKey {
    case name, unit, ours, reference, ratio, samples
  }

  init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    self.init(
      try values.decode(String.self, forKey: .name), unit: try values.decode(String.self, forKey: .unit),
      ours: try values.decode(Double.self, forKey: .ours),
      reference: try values.decodeIfPresent(Double.self, forKey: .reference),
      samples: try values.decode(Int.self, forKey: .samples))
  }

  func encode(to encoder: any Encoder) throws {
    var values = encoder.container(keyedBy: CodingKeys.self)
    try values.encode(name, forKey: .name)
    try values.encode(unit, forKey: .unit)
    try values.encode(ours, forKey: .ours)
    // A null, not a missing key.
    try values.encode(reference, forKey: .reference)
    try values.encode(ratio, forKey: .ratio)
    try values.encode(samples, forKey: .samples)
  }

  /// Whether the limit is met; a limit counts as met up to 1.1 times it.
  var isMet: Bool? {
    switch limit {
    case .ratio(let most): ratio.map { $0 <= most * 1.1 }
    case .above(let most): reference.map { ours - $0 <= most * 1.1 }
    case .most(let most): ours <= most * 1.1
    case nil: nil
    }
  }

  var limitText: String {
    let mark = isMet.map { $0 ? "met" : "MISSED" } ?? ""
    switch limit {
    case .ratio(let most): return "<= \(Text.number(most))x \(mark)"
    case .above(let most): return "<= +\(Text.number(most)) \(unit) \(mark)"
    case .most(let most): return "<= \(Text.number(most)) \(unit) \(mark)"
    case nil: return ""
    }
  }
}

/// Pairs of samples, taken in turn so that whatever else the machine does falls on both.
struct Samples {
  private(set) var ours: [Double]
  private(set) var reference: [Double]

  init(ours: [Double] = [], reference: [Double] = []) {
    self.ours = ours
    self.reference = reference
  }

  static func alternating(
    _ count: Int, ours: () throws -> Double, reference: () throws -> Double
  ) rethrows -> Samples {
    var samples = Samples()
    // The first pair warms both up.
    _ = try ours()
    _ = try reference()
    for index in 0..<count {
      if index.isMultiple(of: 2) {
        samples.ours.append(try ours())
        samples.reference.append(try reference())
      } else {
        samples.reference.append(try reference())
        samples.ours.append(try ours())
      }
    }
    return samples
  }

  func row(_ name: String, unit: String, limit: Row.Limit? = nil, note: String = "") -> Row {
    Row(
      name, unit: unit, ours: ours.quantile(0.5), reference: reference.quantile(0.5), samples: ours.count,
      limit: limit, note: note)
  }
}

extension [Double] {
  /// The value below which the share `share` of all lies; 0 for none.
  func quantile(_ share: Double) -> Double {
    let sorted = self.sorted()
    guard let last = sorted.indices.last else { return 0 }
    let place = share * Double(last)
    let low = Int(place)
    let high = Swift.min(low + 1, last)
    return sorted[low] + (sorted[high] - sorted[low]) * (place - Double(low))
  }
}
