#include "sockets.h"

#define LOOPBACK 0x7f000001

static text read_all(uint32_t input, text *failure) {
  text total = TEXT("");
  *failure = TEXT("");
  for (;;) {
    read_result part;
    read_blocking(input, 4096, &part);
    if (part.failed) {
      if (part.stream_error == 0) *failure = stream_error_text(0, part.error_handle);
      return total;
    }
    total = join(total, part.content);
  }
}

EXPORT("tcp-echo") text_result *tcp_echo(uint32_t port, uint32_t v6, const char *data, size_t length) {
  static text_result result;
  connection peer;
  int error = connect_to(v6, LOOPBACK, (uint16_t)port, &peer);
  result.failed = error >= 0;
  if (error >= 0) {
    result.content = error_name((uint8_t)error);
    return &result;
  }
  for (size_t start = 0; start < length; start += 4096) {
    stream_result written;
    write_blocking(peer.output, data + start, length - start < 4096 ? length - start : 4096, &written);
    if (written.failed) {
      result.failed = 1;
      result.content = stream_error_text(written.stream_error, written.error_handle);
      return &result;
    }
  }
  unit_result done;
  tcp_shutdown(peer.socket, 1, &done);
  text failure;
  text all = read_all(peer.input, &failure);
  result.failed = failure.length > 0;
  result.content = result.failed ? failure : all;
  close_connection(&peer);
  return &result;
}

EXPORT("tcp-rounds") count_result *tcp_rounds(uint32_t port, uint32_t rounds) {
  static count_result result;
  connection peer;
  int error = connect_to(false, LOOPBACK, (uint16_t)port, &peer);
  result.failed = error >= 0;
  if (error >= 0) {
    result.content = error_name((uint8_t)error);
    return &result;
  }
  uint32_t right = 0;
  for (uint32_t round = 0; round < rounds; round++) {
    stream_result written;
    write_blocking(peer.output, &round, 4, &written);
    if (written.failed) break;
    uint32_t answer = 0;
    size_t count = 0;
    while (count < 4) {
      read_result part;
      read_blocking(peer.input, 4 - count, &part);
      if (part.failed) break;
      memcpy((char *)&answer + count, part.content.data, part.content.length);
      count += part.content.length;
    }
    arena_reset();
    if (count < 4) break;
    right += answer == round;
  }
  close_connection(&peer);
  result.number = right;
  return &result;
}

EXPORT("tcp-connect") text *tcp_connect(uint32_t address, uint32_t port) {
  static text result;
  connection peer;
  int error = connect_to(false, address, (uint16_t)port, &peer);
  result = error >= 0 ? error_name((uint8_t)error) : TEXT("connected");
  if (error < 0) close_connection(&peer);
  return &result;
}

EXPORT("tcp-drain") number_result *tcp_drain(uint32_t port) {
  static number_result result;
  connection peer;
  int error = connect_to(false, LOOPBACK, (uint16_t)port, &peer);
  result.failed = error >= 0;
  if (error >= 0) {
    result.content = error_name((uint8_t)error);
    return &result;
  }
  result.number = 0;
  for (;;) {
    read_result part;
    read_blocking(peer.input, 65536, &part);
    if (part.failed) {
      if (part.stream_error == 1) break;
      result.failed = 1;
      result.content = stream_error_text(0, part.error_handle);
      break;
    }
    result.number += part.content.length;
    arena_reset();
  }
  close_connection(&peer);
  return &result;
}

// Writes within the permits of check-write, parking when there are none.
static bool write_permitted(uint32_t output, uint64_t bytes, bool flush) {
  static char zeros[65536];
  while (bytes > 0) {
    long_result permit;
    check_write(output, &permit);
    if (permit.failed) return false;
    if (permit.number == 0) {
      wait_for(subscribe_output(output));
      continue;
    }
    uint64_t count = permit.number < bytes ? permit.number : bytes;
    if (count > sizeof zeros) count = sizeof zeros;
    stream_result written;
    write_some(output, zeros, (size_t)count, &written);
    if (written.failed) return false;
    bytes -= count;
  }
  stream_result flushed = {0};
  if (flush) flush_blocking(output, &flushed);
  return !flushed.failed;
}

static number_result *flood(uint32_t port, uint64_t bytes, bool flush) {
  static number_result result;
  connection peer;
  int error = connect_to(false, LOOPBACK, (uint16_t)port, &peer);
  result.failed = error >= 0;
  if (error >= 0) {
    result.content = error_name((uint8_t)error);
    return &result;
  }
  if (!write_permitted(peer.output, bytes, flush)) {
    result.failed = 1;
    result.content = TEXT("write");
    return &result;
  }
  unit_result done;
  tcp_shutdown(peer.socket, 1, &done);
  text failure;
  read_all(peer.input, &failure);
  close_connection(&peer);
  result.number = bytes;
  return &result;
}

EXPORT("tcp-flood") number_result *tcp_flood(uint32_t port, uint64_t bytes) { return flood(port, bytes, true); }
EXPORT("tcp-write-and-shut") number_result *tcp_write_and_shut(uint32_t port, uint32_t bytes) {
  return flood(port, bytes, false);
}

static int listen_on(bool v6, uint16_t port, uint32_t *socket) {
  handle_result made;
  unit_result done;
  create_tcp(v6, &made);
  if (made.failed) return made.error;
  *socket = made.handles[0];
  uint32_t network = instance_network();
  tcp_start_bind(*socket, network, LOCALHOST(v6, port), &done);
  drop_network(network);
  if (done.failed) return done.error;
  tcp_finish_bind(*socket, &done);
  if (done.failed) return done.error;
  tcp_start_listen(*socket, &done);
  if (done.failed) return done.error;
  tcp_finish_listen(*socket, &done);
  return done.failed ? done.error : -1;
}

EXPORT("tcp-serve") count_result *tcp_serve(uint32_t port, uint32_t v6, uint32_t connections) {
  static count_result result;
  uint32_t listener;
  int error = listen_on(v6, (uint16_t)port, &listener);
  result.failed = error >= 0;
  if (error >= 0) {
    result.content = error_name((uint8_t)error);
    return &result;
  }
  for (result.number = 0; result.number < connections; result.number++) {
    handle_result accepted;
    for (;;) {
      tcp_accept(listener, &accepted);
      if (!accepted.failed) break;
      if (accepted.error != E_WOULD_BLOCK) {
        result.failed = 1;
        result.content = error_name(accepted.error);
        return &result;
      }
      wait_for(tcp_subscribe(listener));
    }
    connection peer = {accepted.handles[0], accepted.handles[1], accepted.handles[2]};
    for (;;) {
      read_result part;
      read_blocking(peer.input, 4096, &part);
      if (part.failed) {
        if (part.stream_error == 0) drop_error(part.error_handle);
        break;
      }
      stream_result written;
      write_blocking(peer.output, part.content.data, part.content.length, &written);
      arena_reset();
      if (written.failed) break;
    }
    close_connection(&peer);
  }
  drop_tcp(listener);
  return &result;
}

EXPORT("tcp-accept-timeout") uint32_t tcp_accept_timeout(uint32_t port, uint64_t milliseconds) {
  uint32_t listener;
  if (listen_on(false, (uint16_t)port, &listener) >= 0) return 0;
  uint32_t pollables[2] = {tcp_subscribe(listener), subscribe_duration(milliseconds * 1000000)};
  text ready;
  poll(pollables, 2, &ready);
  bool timed_out = ready.length == 1 && *(const uint32_t *)ready.data == 1 && !is_ready(pollables[0]);
  drop_pollable(pollables[0]);
  drop_pollable(pollables[1]);
  drop_tcp(listener);
  return timed_out;
}

EXPORT("tcp-drop-parent") void tcp_drop_parent(uint32_t port) {
  connection peer;
  if (connect_to(false, LOOPBACK, (uint16_t)port, &peer) < 0) drop_tcp(peer.socket);
}
