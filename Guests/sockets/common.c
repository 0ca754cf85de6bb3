#include "sockets.h"

text error_name(uint8_t error) {
  static const text names[] = {
    TEXT("unknown"), TEXT("access-denied"), TEXT("not-supported"), TEXT("invalid-argument"), TEXT("out-of-memory"),
    TEXT("timeout"), TEXT("concurrency-conflict"), TEXT("not-in-progress"), TEXT("would-block"), TEXT("invalid-state"),
    TEXT("new-socket-limit"), TEXT("address-not-bindable"), TEXT("address-in-use"), TEXT("remote-unreachable"),
    TEXT("connection-refused"), TEXT("connection-reset"), TEXT("connection-aborted"), TEXT("datagram-too-large"),
    TEXT("name-unresolvable"), TEXT("temporary-resolver-failure"), TEXT("permanent-resolver-failure"),
  };
  return error < sizeof names / sizeof *names ? names[error] : TEXT("no error code");
}

text stream_error_text(uint8_t stream_error, uint32_t error_handle) {
  if (stream_error == 1) return TEXT("closed");
  text message;
  byte_result code;
  to_debug_string(error_handle, &message);
  network_error_code(error_handle, &code);
  drop_error(error_handle);
  return join(code.failed ? error_name(code.value) : TEXT("no code"), join(TEXT(": "), message));
}

void wait_for(uint32_t pollable) {
  block(pollable);
  drop_pollable(pollable);
}

int connect_to(bool v6, uint32_t address, uint16_t port, connection *result) {
  handle_result made;
  unit_result done;
  create_tcp(v6, &made);
  if (made.failed) return made.error;
  result->socket = made.handles[0];
  uint32_t network = instance_network();
  if (v6) {
    tcp_start_connect(result->socket, network, LOCALHOST(1, port), &done);
  } else {
    tcp_start_connect(
      result->socket, network, IPV4(port, address >> 24, address >> 16 & 255, address >> 8 & 255, address & 255), &done);
  }
  drop_network(network);
  if (done.failed) {
    drop_tcp(result->socket);
    return done.error;
  }
  for (;;) {
    tcp_finish_connect(result->socket, &made);
    if (!made.failed) break;
    if (made.error != E_WOULD_BLOCK) {
      drop_tcp(result->socket);
      return made.error;
    }
    wait_for(tcp_subscribe(result->socket));
  }
  result->input = made.handles[0];
  result->output = made.handles[1];
  return -1;
}

void close_connection(connection *connection) {
  drop_input(connection->input);
  drop_output(connection->output);
  drop_tcp(connection->socket);
}

static text outcome;

text *failed_line(int line) {
  outcome = join(TEXT("line "), decimal((uint64_t)line));
  return &outcome;
}

text *passed(void) {
  outcome = TEXT("");
  return &outcome;
}

#define POST(name) EXPORT("cabi_post_" name)
POST("tcp-echo") void post_1(void *result) { (void)result, arena_reset(); }
POST("tcp-rounds") void post_2(void *result) { (void)result, arena_reset(); }
POST("tcp-connect") void post_3(void *result) { (void)result, arena_reset(); }
POST("tcp-drain") void post_4(void *result) { (void)result, arena_reset(); }
POST("tcp-serve") void post_5(void *result) { (void)result, arena_reset(); }
POST("look-up") void post_6(void *result) { (void)result, arena_reset(); }
