/// Whether `text` is what `glob` describes: `*` stands for any characters, everything else for itself.
package func globMatches(_ glob: String, _ text: String) -> Bool {
  let pattern = Array(glob.utf8)
  let subject = Array(text.utf8)
  let star = UInt8(ascii: "*")
  var (at, here) = (0, 0)
  var retry: (pattern: Int, subject: Int)?
  while here < subject.count {
    if at < pattern.count, pattern[at] == star {
      retry = (at, here)
      at += 1
    } else if at < pattern.count, pattern[at] == subject[here] {
      at += 1
      here += 1
    } else if let last = retry {
      at = last.pattern + 1
      here = last.subject + 1
      retry = (last.pattern, last.subject + 1)
    } else {
      return false
    }
  }
  return pattern[at...].allSatisfy { $0 == star }
}
