/// What a process has from the one that started or called it, and passes on.
package struct ProcessInheritance: Sendable, Hashable {
  /// The values of `with_context`, in the order in which they were set; a key is there once.
  package private(set) var context: [Value.Field]

  package init(context: [Value.Field] = []) {
    self.context = []
    for field in context { self[field.key] = field.value }
  }

  /// A context value; setting `nil` removes it.
  package subscript(key: String) -> Value? {
    get { context.first { $0.key == key }?.value }
    set {
      let index = context.firstIndex { $0.key == key }
      switch (index, newValue) {
      case (let index?, let value?): context[index].value = value
      case (let index?, nil): context.remove(at: index)
      case (nil, let value?): context.append(Value.Field(key, value))
      case (nil, nil): break
      }
    }
  }

  /// These values, and those of `other`, which win.
  package func merging(_ other: ProcessInheritance) -> ProcessInheritance {
    var merged = self
    for field in other.context { merged[field.key] = field.value }
    return merged
  }
}
