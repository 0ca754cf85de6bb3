/// A host function that a guest called and its entry does not grant, or that nobody provides.
public struct DeniedCapability: Sendable, Hashable, CustomStringConvertible {
  /// The interface, as the guest names it: `wasi:clocks/monotonic-clock@0.2.3`.
  public var interface: String
  public var function: String
  /// The entry whose grant is missing; `nil` for a bare file.
  public var entry: EntryID?
  /// The group to add to `imports`; `nil` when no group has this interface.
  public var group: String?
  /// Why a granted function cannot run, where that is what stopped it.
  public var note: String?

  public init(
    interface: String, function: String, entry: EntryID? = nil, group: String? = nil, note: String? = nil
  ) {
    self.interface = interface
    self.function = function
    self.entry = entry
    self.group = group
    self.note = note
  }

  public var description: String {
    let place = entry.map { "entry \($0)" } ?? "this run"
    let call = "\(interface)#\(function)"
    if let note { return "\(call): \(note)" }
    if let group { return "\(call) is not granted: add `imports: [\(group)]` to \(place)" }
    return "\(call) is an import that nothing provides, called by \(place)"
  }
}
