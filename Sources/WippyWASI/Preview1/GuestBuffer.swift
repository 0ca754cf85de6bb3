/// One buffer of a guest's.
struct GuestBuffer: Sendable, Hashable {
  let address: UInt32
  let count: UInt32
}
