import WippyCore

extension ProcessID {
  static let sample = ProcessID(host: "test:host", serial: 1)
}
