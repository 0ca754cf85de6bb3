import NIOCore
import NIOHPACK
import NIOHTTP2
import Synchronization
import Testing
import WippyCore

@testable import WippyHTTP

/// What the client makes of servers of HTTP/2 that end streams and connections, frame by frame.
@Suite struct HTTP2FailureTests {
  private static func isRequest(_ frame: HTTP2Frame) -> Bool {
    if case .headers = frame.payload { true } else { false }
  }

  @Test(arguments: [
    (HTTP2ErrorCode.internalError, HTTPFailure.Code.connectionTerminated), (.cancel, .connectionTerminated),
    (.protocolError, .protocolError), (.enhanceYourCalm, .connectionLimitReached),
    (.inadequateSecurity, .tlsProtocolError),
  ])
  func resetStreams(_ code: HTTP2ErrorCode, _ expected: HTTPFailure.Code) async throws {
    let server = try await FrameServer { frame, connection in
      if Self.isRequest(frame) { connection.send(frame.streamID, .rstStream(code)) }
    }
    #expect(await server.send(server.request()) == .failure(HTTPFailure(expected)))
    // The connection is as good as before.
    #expect(await server.send(server.request()) == .failure(HTTPFailure(expected)))
    #expect(server.connectionCount == 1)
    await server.stop()
  }

  @Test func responsesThatBreakOff() async throws {
    let server = try await FrameServer { frame, connection in
      guard Self.isRequest(frame) else { return }
      connection.send(frame.streamID, .headers(.init(headers: [":status": "200"])))
      connection.send(frame.streamID, .data(.init(data: .byteBuffer(ByteBuffer(string: "some")))))
      connection.send(frame.streamID, .rstStream(.internalError))
    }
    guard case .failed(let failure) = try await server.send(server.request()).get().end else {
      Issue.record("it counts as complete")
      return
    }
    #expect(failure == HTTPFailure(.connectionTerminated))
    await server.stop()
  }

  @Test func refusedRequestsAreTriedOnceMore() async throws {
    let server = try await FrameServer { frame, connection in
      guard Self.isRequest(frame) else { return }
      if connection.number == 1 {
        connection.send(frame.streamID, .rstStream(.refusedStream))
      } else {
        connection.answer(frame.streamID, "second")
      }
    }
    #expect(try await server.send(server.request("/", "DELETE")).get().text == "second")
    await server.stop()
  }

  @Test func refusedForEver() async throws {
    let server = try await FrameServer { frame, connection in
      if Self.isRequest(frame) { connection.send(frame.streamID, .rstStream(.refusedStream)) }
    }
    #expect(await server.send(server.request()) == .failure(HTTPFailure(.connectionTerminated)))
    await server.stop()
  }

  @Test func aBodyThatWasSentIsNotSentAgain() async throws {
    let count = Mutex(0)
    let server = try await FrameServer { frame, connection in
      guard Self.isRequest(frame) else { return }
      count.withLock { $0 += 1 }
      connection.send(frame.streamID, .rstStream(.refusedStream))
    }
    let failure = await server.send(server.request("/", "POST", body: HTTPBody([1, 2, 3])))
    #expect(failure == .failure(HTTPFailure(.connectionTerminated)))
    #expect(count.withLock { $0 } == 1)
    await server.stop()
  }

  /// After GOAWAY what has begun ends there, and what comes later goes elsewhere.
  @Test func goAway() async throws {
    let server = try await FrameServer { frame, connection in
      guard Self.isRequest(frame) else { return }
      if connection.number == 1 {
        connection.send(
          .rootStream, .goAway(lastStreamID: frame.streamID, errorCode: .noError, opaqueData: nil))
      }
      connection.answer(frame.streamID, "\(connection.number)")
    }
    #expect(try await server.send(server.request()).get().text == "1")
    #expect(try await server.send(server.request()).get().text == "2")
    #expect(try await server.send(server.request()).get().text == "2")
    await server.stop()
  }

  /// What the server has not looked at is sent to another connection.
  @Test func goAwayBeforeTheRequest() async throws {
    let server = try await FrameServer { frame, connection in
      guard Self.isRequest(frame) else { return }
      if connection.number == 1 {
        connection.send(.rootStream, .goAway(lastStreamID: 0, errorCode: .noError, opaqueData: nil))
      } else {
        connection.answer(frame.streamID, "\(connection.number)")
      }
    }
    #expect(try await server.send(server.request()).get().text == "2")
    await server.stop()
  }

  @Test func connectionsThatEnd() async throws {
    let server = try await FrameServer { frame, connection in
      if Self.isRequest(frame) { connection.close() }
    }
    #expect(await server.send(server.request("/", "POST")) == .failure(HTTPFailure(.connectionTerminated)))
    // What changes nothing is tried once more.
    #expect(await server.send(server.request()) == .failure(HTTPFailure(.connectionTerminated)))
    #expect(server.connectionCount == 3)
    await server.stop()
  }

  @Test func aServerThatTakesNoStreams() async throws {
    let server = try await FrameServer(limit: 0) { _, _ in }
    #expect(await server.send(server.request()) == .failure(HTTPFailure(.connectionLimitReached)))
    await server.stop()
  }

  @Test func oneStreamAtATime() async throws {
    let server = try await FrameServer(limit: 1) { frame, connection in
      if Self.isRequest(frame) { connection.answer(frame.streamID, "x") }
    }
    let good = await withTaskGroup(of: Bool.self) { group in
      for _ in 0..<8 { group.addTask { (try? await server.send(server.request()).get().text) == "x" } }
      return await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
    }
    #expect(good == 8)
    await server.stop()
  }

  @Test func hugeHeaders() async throws {
    let server = try await FrameServer { frame, connection in
      guard Self.isRequest(frame) else { return }
      // A small frame: the table of the compression has the field, and repeats it.
      var fields: HPACKHeaders = [:]
      for _ in 0..<50 { fields.add(name: "x-large", value: String(repeating: "a", count: 3000), indexing: .indexable) }
      connection.answer(frame.streamID, fields: fields)
    }
    guard case .failure(let failure) = await server.send(server.request("/", "POST")) else {
      Issue.record("there was a response")
      return
    }
    // The library does not always say what was wrong.
    #expect([.responseHeaderSectionSize, .protocolError].contains(failure.code))
    await server.stop()
  }

  @Test func aServerThatSaysNothing() async throws {
    let server = try await FrameServer { frame, connection in
      if Self.isRequest(frame), connection.number > 1 { connection.answer(frame.streamID, "alive") }
    }
    var request = server.request()
    request.firstByteTimeout = 20_000_000
    #expect(await server.send(request) == .failure(HTTPFailure(.connectionReadTimeout)))
    // Its connection may be dead: nobody else waits there.
    #expect(try await server.send(server.request()).get().text == "alive")
    await server.stop()
  }

  @Test func informationalResponsesAreNotTheAnswer() async throws {
    let server = try await FrameServer { frame, connection in
      guard Self.isRequest(frame) else { return }
      connection.send(frame.streamID, .headers(.init(headers: [":status": "103"])))
      connection.answer(frame.streamID, "final")
    }
    let answer = try await server.send(server.request()).get()
    #expect(answer.head.status == 200)
    #expect(answer.text == "final")
    await server.stop()
  }

  @Test func lengthsThatAreWrong() async throws {
    let server = try await FrameServer { frame, connection in
      guard Self.isRequest(frame) else { return }
      connection.answer(frame.streamID, "short", fields: ["content-length": "10"])
    }
    // The server's own library may refuse to send it: then the stream never ends well.
    var request = server.request()
    request.betweenBytesTimeout = 50_000_000
    request.firstByteTimeout = 50_000_000
    if case .success(let answer) = await server.send(request) {
      guard case .failed = answer.end else {
        Issue.record("it counts as complete")
        return
      }
    }
    await server.stop()
  }
}
