import WippyComponent
import WippyEngine

/// What an input is put through: everything that happens to a component before the engine gets its modules.
package enum FuzzSubject {
  package enum Verdict: String, CaseIterable, Sendable {
    case malformed, invalid
    /// Valid, but nothing that can be run: what it needs is not supported.
    case unplanned
    case accepted
  }

  package static func run(_ bytes: [UInt8], features: FeatureSet = .stable) -> (verdict: Verdict, reason: String) {
    bytes.withUnsafeBytes { bytes in
      guard BinaryKind.detect(bytes) != .coreModule else { return runModule(bytes) }
      let syntax: ComponentSyntax
      do throws(ComponentError) {
        syntax = try ComponentDecoder.decode(bytes, features: features)
      } catch {
        return (.malformed, error.description)
      }
      do throws(ComponentError) {
        try ComponentValidator.validate(syntax, in: bytes)
      } catch {
        return (.invalid, error.description)
      }
      do throws(ComponentError) {
        let plan = try ComponentPlanner.plan(syntax, bytes: bytes, provider: EveryImport())
        // What cannot be merged is run as it is.
        if let merge = plan.merge { _ = try? GuestPlan.ModuleSource.merged(merge).bytes(in: bytes) }
        return (.accepted, "")
      } catch {
        return (.unplanned, error.description)
      }
    }
  }

  private static func runModule(_ bytes: UnsafeRawBufferPointer) -> (verdict: Verdict, reason: String) {
    do throws(ComponentError) {
      let summary = try CoreModuleSummary.scan(bytes)
      _ = try CorePlanner.plan(summary, byteCount: bytes.count, signatures: [:], provider: EveryImport())
      return (.accepted, "")
    } catch {
      return (.malformed, error.description)
    }
  }
}

/// Provides everything, each second function of the sort that needs an adapter.
private struct EveryImport: HostProvider {
  func function(interface: String, name: String, signature: Signature) -> HostFunction {
    name.utf8.count % 2 == 0
      ? .immediate { _ throws(HostFault) in } : .resumable { _ throws(HostFault) in .done }
  }

  func coreFunction(module: String, name: String, type: CoreFunctionType) -> HostFunction {
    function(interface: module, name: name)
  }

  private func function(interface: String, name: String) -> HostFunction {
    name.utf8.count % 2 == 0
      ? .immediate { _ throws(HostFault) in } : .resumable { _ throws(HostFault) in .done }
  }
}
