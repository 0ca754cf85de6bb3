import CWasmtime

/// A call into a guest that may suspend: polled until it is done.
///
/// The call's operands live in the future's own memory, because the engine writes there at any poll. A store
/// has at most one future at a time, which is deleted before its store.
package struct CallFuture: ~Copyable {
  private let handle: OpaquePointer
  private let operands: CallOperands

  /// Calls `function` with `arguments`, whose types must be those of the function.
  package init(
    calling function: Function, arguments: [CoreValue], results: Int, in context: StoreContext,
    operands: CallOperands
  ) {
    operands.prepare(arguments: arguments, results: results)
    self.operands = operands
    operands.function.pointee = function.handle
    handle = wasmtime_func_call_async(
      context.handle, operands.function, operands.arguments, arguments.count, operands.results, results,
      operands.trap, operands.error)
  }

  /// Instantiates a core module whose imports its linker has, and runs its start function.
  package init(instantiating template: InstanceTemplate, in context: StoreContext, operands: CallOperands) {
    self.operands = operands
    handle = wasmtime_instance_pre_instantiate_async(
      template.handle, context.handle, operands.instance, operands.trap, operands.error)
  }

  /// Instantiates a core module with the imports that `linker` has, and runs its start function.
  package init(
    instantiating module: Module, linker: borrowing Linker, in context: StoreContext, operands: CallOperands
  ) {
    self.operands = operands
    handle = wasmtime_linker_instantiate_async(
      linker.handle, context.handle, module.handle, operands.instance, operands.trap, operands.error)
  }

  /// What polls it, as long as it is there.
  package var polling: Polling { Polling(handle: handle, function: wasmtime_call_future_poll) }

  /// A future as somebody sees it who does not own it.
  ///
  /// The processor guesses wrong where each function returns to that is left after a change of stacks, so there should be
  /// few of them. With a pointer to the engine's function this one can be inlined in other modules.
  package struct Polling {
    let handle: OpaquePointer
    let function: @convention(c) (OpaquePointer?) -> Bool

    /// The same as the future's own.
    @inline(__always)
    package func poll() -> Bool { function(handle) }
  }

  /// Runs the guest until it is done (`true`) or suspends.
  package borrowing func poll() -> Bool {
    wasmtime_call_future_poll(handle)
  }

  deinit {
    wasmtime_call_future_delete(handle)
  }
}
