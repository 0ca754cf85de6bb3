/// What all resources of `wasi:http` have: children, and perhaps a parent.
package class HTTPResource: Subscribable {
  package final var openChildren = 0
  private let parent: HTTPResource?

  init(childOf parent: HTTPResource? = nil) {
    self.parent = parent
    parent?.openChildren += 1
  }

  deinit {
    parent?.openChildren -= 1
  }

  package var condition: WaitCondition { .ready }
}
