import WippyComponent
import WippyCore

extension HostCall {
  /// An `error-code`, whose first core value has this index: its case, then those of the longest payload.
  func httpFailure(_ index: Int) throws(HostFault) -> HTTPFailure {
    let codes = HTTPFailure.Code.allCases
    let chosen = Int(u32(index))
    guard chosen < codes.count else { throw .trap("discriminant \(chosen) of an error-code") }
    let code = codes[chosen]
    return HTTPFailure(code, try detail(of: code, index + 1))
  }

  private func detail(of code: HTTPFailure.Code, _ index: Int) throws(HostFault) -> HTTPFailure.Detail {
    switch code {
    case .dnsError:
      return .dns(
        rcode: try optionalText(index),
        info: u32(index + 3) == 0 ? nil : UInt16(truncatingIfNeeded: u32(index + 4)))
    case .tlsAlertReceived:
      return .alert(
        id: u32(index) == 0 ? nil : UInt8(truncatingIfNeeded: u64(index + 1)), message: try optionalText(index + 2))
    case .requestBodySize, .responseBodySize:
      return u32(index) == 0 ? .none : .size(u64(index + 1))
    case .requestHeaderSectionSize, .requestTrailerSectionSize, .responseHeaderSectionSize,
      .responseTrailerSectionSize:
      return u32(index) == 0 ? .none : .size(u64(index + 1) & 0xffff_ffff)
    case .requestHeaderSize:
      return u32(index) == 0 ? .none : try field(index + 1)
    case .requestTrailerSize, .responseHeaderSize, .responseTrailerSize: return try field(index)
    case .responseTransferCoding, .responseContentCoding, .internalError:
      return try optionalText(index).map(HTTPFailure.Detail.text) ?? .none
    default: return .none
    }
  }

  private func field(_ index: Int) throws(HostFault) -> HTTPFailure.Detail {
    .field(
      name: try optionalText(index),
      size: u32(index + 3) == 0 ? nil : u32(index + 4))
  }
}
