/// The error numbers of preview 1 that are used here.
enum Errno: UInt16, Error {
  case success = 0
  case access = 2
  case again = 6
  case already = 7
  case badDescriptor = 8
  case busy = 10
  case connectionAborted = 13
  case connectionReset = 15
  case deadlock = 16
  case quota = 19
  case exist = 20
  case fileTooLarge = 22
  case illegalByteSequence = 25
  case inProgress = 26
  case interrupted = 27
  case invalid = 28
  case io = 29
  case isDirectory = 31
  case loop = 32
  case tooManyLinks = 34
  case messageSize = 35
  case nameTooLong = 37
  case noDevice = 43
  case noEntry = 44
  case noLock = 46
  case insufficientMemory = 48
  case insufficientSpace = 51
  case notConnected = 53
  case notDirectory = 54
  case notEmpty = 55
  case notRecoverable = 56
  case notSocket = 57
  case notSupported = 58
  case noTTY = 59
  case noSuchDevice = 60
  case overflow = 61
  case notPermitted = 63
  case brokenPipe = 64
  case readOnly = 69
  case illegalSeek = 70
  case textFileBusy = 74
  case crossDevice = 75
  case notCapable = 76

  init(_ error: FileError) {
    self =
      switch error {
      case .access: .access
      case .wouldBlock: .again
      case .already: .already
      case .badDescriptor: .badDescriptor
      case .busy: .busy
      case .deadlock: .deadlock
      case .quota: .quota
      case .exist: .exist
      case .fileTooLarge: .fileTooLarge
      case .illegalByteSequence: .illegalByteSequence
      case .inProgress: .inProgress
      case .interrupted: .interrupted
      case .invalid: .invalid
      case .io: .io
      case .isDirectory: .isDirectory
      case .loop: .loop
      case .tooManyLinks: .tooManyLinks
      case .messageSize: .messageSize
      case .nameTooLong: .nameTooLong
      case .noDevice: .noDevice
      case .noEntry: .noEntry
      case .noLock: .noLock
      case .insufficientMemory: .insufficientMemory
      case .insufficientSpace: .insufficientSpace
      case .notDirectory: .notDirectory
      case .notEmpty: .notEmpty
      case .notRecoverable: .notRecoverable
      case .unsupported: .notSupported
      case .noTTY: .noTTY
      case .noSuchDevice: .noSuchDevice
      case .overflow: .overflow
      case .notPermitted: .notPermitted
      case .pipe: .brokenPipe
      case .readOnly: .readOnly
      case .invalidSeek: .illegalSeek
      case .textFileBusy: .textFileBusy
      case .crossDevice: .crossDevice
      }
  }

  init(_ failure: StreamFailure) {
    self =
      switch failure {
      case .closed: .brokenPipe
      case .failed, .system, .http: .io
      case .misuse: .invalid
      }
  }
}
