import WippyComponent
import WippyCore

extension StandardOutput {
  /// One line of JSON.
  static func write(json value: Value) throws(CommandFailure) {
    do {
      try write(try JSONPrinter.text(for: value) + "\n")
    } catch let failure as CommandFailure {
      throw failure
    } catch {
      throw CommandFailure("this cannot be written as JSON: \(error)")
    }
  }
}
