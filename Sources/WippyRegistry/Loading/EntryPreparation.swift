import WippyCore

/// Replaces what an entry takes from elsewhere: environment variables and `file://` texts.
struct EntryPreparation {
  let substitution: EnvironmentSubstitution
  /// The directory of the YAML file, absolute.
  let directory: String
  /// No text comes from outside of it; absolute, symbolic links followed.
  let sourceDirectory: String

  /// The entry with everything replaced; each problem goes to `report` with its place, and leaves the value as it is.
  func prepare(_ node: SourceNode, report: (SourcePosition, String) -> Void) -> SourceNode {
    var node = node
    switch node.content {
    case .sequence(let items):
      node.content = .sequence(items.map { prepare($0, report: report) })
    case .mapping(let pairs):
      node.content = .mapping(
        pairs.map { pair in
          var pair = pair
          pair.value = prepare(pair.value, report: report)
          return pair
        })
    case .scalar(let scalar):
      guard case .string = scalar.value else { return node }
      node.content = .scalar(prepare(scalar, in: node.position.file) { report(node.position, $0) })
    }
    return node
  }

  private func prepare(_ scalar: SourceScalar, in file: String, report: (String) -> Void) -> SourceScalar {
    var result = scalar
    switch substitution.replace(in: scalar.text) {
    case .failure(let problem):
      report(problem.message)
      return scalar
    case .success(nil): break
    case .success(let text?):
      result.text = text
      result.value = .string(text)
      result.isSubstituted = scalar.isPlain
    }
    // Only what stands in the YAML names a file: a variable's value is data.
    guard scalar.text.hasPrefix("file://") else { return result }
    let path = String(result.text.dropFirst(7))
    switch text(at: path) {
    case .failure(let problem): report(problem.message)
    case .success(let text):
      let folder = file.lastIndex(of: "/").map { String(file[...$0]) } ?? ""
      let name = path.hasPrefix("./") ? String(path.dropFirst(2)) : path
      result = SourceScalar(text: text, value: .string(text), isPlain: false, origin: folder + name)
    }
    return result
  }

  private func text(at path: String) -> Result<String, SubstitutionProblem> {
    let shown = "`file://\(shortened(path))`"
    guard !path.isEmpty, !path.hasPrefix("/"), !path.contains("\0") else {
      return .failure(
        SubstitutionProblem(
          message: "\(shown): write a path relative to this file, such as `file://main.lua`"))
    }
    let candidate = FilePath.join(directory, path)
    // Checked before the disk is asked, so that nothing outside is even looked for.
    let outside = SubstitutionProblem(
      message: "\(shown) leaves the source directory: move the file below it")
    guard let base = FilePath.resolved(directory), let inside = FilePath.resolved(sourceDirectory) else {
      return .failure(SubstitutionProblem(message: "\(shown): the directory of this file is gone"))
    }
    guard FilePath.isInside(FilePath.join(base, path), inside) else { return .failure(outside) }
    guard let resolved = FilePath.resolved(candidate) else {
      return .failure(SubstitutionProblem(message: "\(shown): there is no such file"))
    }
    guard FilePath.isInside(resolved, inside) else { return .failure(outside) }
    do {
      return .success(try FileContents.readText(resolved))
    } catch .unreadable(_, let reason) {
      return .failure(SubstitutionProblem(message: "\(shown): \(reason)"))
    } catch {
      return .failure(SubstitutionProblem(message: "\(shown): \(error)"))
    }
  }
}
