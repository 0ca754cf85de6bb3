import WippyCore
import WippyEngine

/// Finds the places of the merged module's functions in the modules that it was made of, so that a backtrace says the
/// same as if they had been instantiated apart.
///
/// It is asked for when a guest has trapped: the places are found by rewriting the functions in question once more.
struct MergedBacktrace {
  private var merger: ModuleMerger

  /// The frames of a fault; unchanged where the file does not tell more.
  static func frames(
    of fault: EngineFault, _ merge: ModuleMerge, file: UnsafeRawBufferPointer
  ) -> [Trap.Frame] {
    let frames = fault.trap.backtrace
    guard fault.functionOffsets.count == frames.count else { return frames }
    do throws(MergeRefusal) {
      return try ModuleMerger.withModules(merge, of: file) { modules throws(MergeRefusal) in
        var backtrace = MergedBacktrace(merger: ModuleMerger(merge, modules))
        do {
          try backtrace.merger.assignIndices()
          return try zip(frames, fault.functionOffsets).compactMap { try backtrace.frame($0, offset: $1) }
        } catch {
          throw MergeRefusal("\(error)")
        }
      }
    } catch {
      return frames
    }
  }

  /// `nil` for the function that calls start functions, which no module has.
  private mutating func frame(_ frame: Trap.Frame, offset: UInt64) throws -> Trap.Frame? {
    for (step, module) in merger.modules.enumerated() {
      let space = merger.spaces[step]
      let defined = try module.count(.function)
      let imported = space.functions.count - defined
      guard defined > 0, frame.index >= space.functions[imported],
        Int(frame.index - space.functions[imported]) < defined
      else { continue }
      var result = frame
      let number = Int(frame.index - space.functions[imported])
      result.index = UInt32(imported + number)
      result.module = module.name
      result.offset = UInt64(try place(of: Int(clamping: offset), inFunction: number, of: module, space))
      return result
    }
    return nil
  }

  /// Bytes from the start of the module.
  private mutating func place(
    of offset: Int, inFunction number: Int, of module: ModuleSections, _ space: IndexSpaces
  ) throws -> Int {
    var reader = module.reader(.code)
    _ = try reader.count(of: "functions")
    for _ in 0..<number { _ = try reader.function() }
    let code = try reader.function()
    let scratch = ByteBuffer(capacity: code.count * InstructionRewriter.growth)
    let original = try merger.referenced.withUnsafeMutableBufferPointer { flags -> Int in
      guard let flags = flags.baseAddress else { return 0 }
      return try space.withSpaces(referenced: flags) { spaces in
        try InstructionRewriter.originalOffset(of: offset, in: code, scratch: scratch.base, spaces)
      }
    }
    return reader.position - code.count + original
  }
}

extension ModuleSections {
  /// The module's name, where it has one.
  fileprivate var name: String? {
    guard var reader = subsection(ModuleSections.moduleName), let name = try? reader.name("a module's name"),
      !name.isEmpty
    else { return nil }
    return name.printable()
  }
}
