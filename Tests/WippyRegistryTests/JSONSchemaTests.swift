import Foundation
import Testing

@testable import WippyRegistry

@Suite struct JSONSchemaTests {
  private var committed: String {
    let here = URL(fileURLWithPath: #filePath)
    return here.deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
      .appendingPathComponent("Schema/wippy.schema.json").path
  }

  /// `WIPPY_UPDATE_SCHEMA=1 swift test --filter JSONSchemaTests` writes the file.
  @Test func theCommittedSchemaIsTheGeneratedOne() throws {
    let text = JSONSchema.text()
    if ProcessInfo.processInfo.environment["WIPPY_UPDATE_SCHEMA"] == "1" {
      try text.write(toFile: committed, atomically: true, encoding: .utf8)
    }
    let isEqual = try FileContents.readText(committed) == text
    #expect(isEqual, "Schema/wippy.schema.json is not what the table of kinds says: see this test's comment")
  }

  @Test func theSchemaIsJSONWithEveryKindAndField() throws {
    let object = try JSONSerialization.jsonObject(with: Data(JSONSchema.text().utf8))
    let schema = try #require(object as? [String: Any])
    let definitions = try #require(schema["definitions"] as? [String: Any])
    for kind in KindTable.kinds {
      let definition = try #require(definitions[kind.kind] as? [String: Any])
      let properties = try #require(definition["properties"] as? [String: Any])
      for field in kind.fields { #expect(properties[field.name] != nil, "\(kind.kind) \(field.name)") }
    }
  }

  @Test func theTableHasNoDuplicates() {
    #expect(Set(KindTable.names).count == KindTable.names.count)
    for kind in KindTable.kinds {
      let names = kind.fields.flatMap { [$0.name] + $0.aliases }
      #expect(Set(names).count == names.count, "\(kind.kind)")
    }
  }
}
