/// A module that `wippy.lock` names.
package struct VendoredModule: Sendable, Hashable {
  /// `organization/module`.
  package let name: String
  package let version: String?
  package let position: SourcePosition

  /// Where it may lie below the modules directory, the most likely place first.
  func places(in directory: String) -> [String] {
    let names = [version.map { "\(name)-\($0)" }, name].compactMap(\.self)
    return ["vendor/", ""].flatMap { folder in names.map { FilePath.join(directory, folder + $0) } }
  }
}
