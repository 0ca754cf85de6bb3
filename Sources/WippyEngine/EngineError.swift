package enum EngineError: Error {
  case configuration(field: String, reason: String)
  case compilation(String)
}
