// The words of the embedding API: ids, values and exit reasons.
@_exported import WippyCore
