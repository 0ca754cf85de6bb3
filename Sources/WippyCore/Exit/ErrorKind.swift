/// What sort of failure an error value reports, in the words that programs compare.
public enum ErrorKind: String, Sendable, Hashable, CaseIterable {
  case invalid = "INVALID"
  case notFound = "NOT_FOUND"
  case alreadyExists = "ALREADY_EXISTS"
  case permissionDenied = "PERMISSION_DENIED"
  case timeout = "TIMEOUT"
  case canceled = "CANCELED"
  case unavailable = "UNAVAILABLE"
  case `internal` = "INTERNAL"
  case conflict = "CONFLICT"
  case rateLimited = "RATE_LIMITED"
  case unknown = "UNKNOWN"
}
