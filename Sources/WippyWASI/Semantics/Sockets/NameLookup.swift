import Glibc
import Synchronization
import WippyCore

/// `resolve-address-stream`: the addresses of a name, which a thread of the blocking pool looks up.
///
/// Dropping it abandons the lookup: the thread's answer finds nobody.
package final class NameLookup: Subscribable {
  /// Addresses of one name that are kept.
  static let mostAddresses = 256

  /// What the thread and the process share.
  private final class Answer: Sendable {
    let signal = Signal()
    let result = Mutex<Result<[IPAddress], NetworkError>?>(nil)

    func set(_ value: Result<[IPAddress], NetworkError>) {
      result.withLock { $0 = value }
      signal.set()
    }
  }

  package var openChildren = 0
  private let answer = Answer()
  private let name: String
  private let access: NetworkAccess
  private var addresses: ArraySlice<IPAddress>?

  /// - Parameter text: A name, or an address in text form.
  package init(_ text: String, access: NetworkAccess, reactor: any Reactor) throws(NetworkError) {
    self.access = access
    if let address = NameLookup.literal(text) {
      name = text
      addresses = [address]
      return
    }
    let name = try NameLookup.normalized(text)
    self.name = name
    guard access.mayLookUp(name) else { throw .accessDenied }
    let isTaken = reactor.runBlocking { [answer] in answer.set(NameLookup.resolve(name)) }
    guard isTaken else { throw .temporaryResolverFailure }
  }

  package var condition: WaitCondition { addresses == nil ? .signal(answer.signal) : .ready }

  /// The next address; `nil` when there are no more.
  package func next() throws(NetworkError) -> IPAddress? {
    if addresses == nil {
      guard let result = answer.result.withLock({ $0 }) else { throw .wouldBlock }
      let found = try result.get()
      access.remember(found, of: name)
      addresses = found[...]
    }
    return addresses?.popFirst()
  }

  /// An address, with brackets or without.
  private static func literal(_ text: String) -> IPAddress? {
    if text.hasPrefix("["), text.hasSuffix("]") {
      let address = IPAddress(String(text.dropFirst().dropLast()))
      return address?.family == .ipv6 ? address : nil
    }
    return IPAddress(text)
  }

  /// The name in lower case and without the root's dot.
  private static func normalized(_ text: String) throws(NetworkError) -> String {
    guard !text.isEmpty, text.utf8.count <= 255 else { throw .invalidArgument }
    var name = text.lowercased()
    if name.hasSuffix(".") { name.removeLast() }
    let labels = name.split(separator: ".", omittingEmptySubsequences: false)
    let isName = labels.allSatisfy { label in
      (1...63).contains(label.utf8.count)
        && label.utf8.allSatisfy { byte in
          switch byte {
          case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"),
            UInt8(ascii: "_"):
            true
          default: false
          }
        }
    }
    // "127.1" and "0x7f000001" are addresses to the system's resolver: what ends in a number is no name.
    guard isName, let last = labels.last, let first = last.utf8.first, !(48...57).contains(first) else {
      throw .invalidArgument
    }
    return name
  }

  /// The addresses of a name, in text form, in the system's order. Blocks.
  package static func addresses(of name: String) -> Result<[String], NetworkError> {
    do throws(NetworkError) {
      return resolve(try normalized(name)).map { $0.map { "\($0)" } }
    } catch {
      return .failure(error)
    }
  }

  private static func resolve(_ name: String) -> Result<[IPAddress], NetworkError> {
    var hints = addrinfo()
    hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
    var list: UnsafeMutablePointer<addrinfo>?
    let status = getaddrinfo(name, nil, &hints, &list)
    let code = errno
    defer { if let list { freeaddrinfo(list) } }
    guard status == 0 else { return .failure(error(status, errno: code)) }
    var addresses: [IPAddress] = []
    var item = list
    while let info = item, addresses.count < mostAddresses {
      if let address = address(of: info.pointee), !addresses.contains(address) { addresses.append(address) }
      item = info.pointee.ai_next
    }
    return addresses.isEmpty ? .failure(.nameUnresolvable) : .success(addresses)
  }

  private static func address(of info: addrinfo) -> IPAddress? {
    guard let pointer = info.ai_addr else { return nil }
    var storage = sockaddr_storage()
    withUnsafeMutableBytes(of: &storage) { place in
      place.copyMemory(
        from: UnsafeRawBufferPointer(start: pointer, count: min(Int(info.ai_addrlen), place.count)))
    }
    guard let address = SocketAddress(storage)?.address else { return nil }
    // An IPv4 address in disguise is given as what it is.
    return address.mappedIPv4 ?? address
  }

  // Glibc's own statuses, which its headers give to GNU programs only.
  private static let noData: Int32 = -5
  private static let noAddressOfFamily: Int32 = -9

  private static func error(_ status: Int32, errno: Int32) -> NetworkError {
    switch status {
    case EAI_NONAME, noData, noAddressOfFamily: .nameUnresolvable
    case EAI_AGAIN: .temporaryResolverFailure
    case EAI_FAIL: .permanentResolverFailure
    case EAI_MEMORY: .outOfMemory
    case EAI_SYSTEM: NetworkError(errno: errno)
    default: .permanentResolverFailure
    }
  }
}
