import Synchronization
import WippyCore

/// Gives every request an id: the client's own, where it has sent one that can be used.
final class RequestIDs: Sendable {
  private static let longest = 128
  private let prefix: String
  private let last = Atomic<UInt64>(0)

  init() {
    prefix = String(UInt64.random(in: .min ... .max), radix: 16)
  }

  func id(for head: HTTPRequestHead) -> String {
    if let own = head.fields.first(named: "x-request-id")?.text, Self.isFit(own) { return own }
    return "\(prefix)-\(String(last.wrappingAdd(1, ordering: .relaxed).newValue, radix: 16))"
  }

  private static func isFit(_ text: String) -> Bool {
    !text.isEmpty && text.utf8.count <= longest
      && text.utf8.allSatisfy { byte in
        (48...57).contains(byte) || (97...122).contains(byte | 0x20) || "-_.:".utf8.contains(byte)
      }
  }
}
