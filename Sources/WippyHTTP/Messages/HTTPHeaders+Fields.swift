import NIOHTTP1
import WippyCore

extension HTTPHeaders {
  init(_ fields: [HTTPField]) {
    self.init(fields.map { ($0.name, $0.text) })
  }

  /// In the order in which they came.
  var fields: [HTTPField] { map { HTTPField($0.name, $0.value) } }
}
