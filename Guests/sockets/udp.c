#include "sockets.h"

static int bind_udp(bool v6, uint16_t port, uint32_t *socket) {
  handle_result made;
  unit_result done;
  create_udp(v6, &made);
  if (made.failed) return made.error;
  *socket = made.handles[0];
  uint32_t network = instance_network();
  udp_start_bind(*socket, network, LOCALHOST(v6, port), &done);
  drop_network(network);
  if (done.failed) return done.error;
  udp_finish_bind(*socket, &done);
  return done.failed ? done.error : -1;
}

static socket_address local(bool v6, uint16_t port) {
  socket_address address = {0};
  address.family = v6;
  if (v6) {
    address.v6.port = port;
    address.v6.parts[7] = 1;
  } else {
    address.v4.port = port;
    address.v4.parts[0] = 127;
    address.v4.parts[3] = 1;
  }
  return address;
}

static int send_one(uint32_t outgoing, outgoing_datagram datagram) {
  long_result number;
  for (;;) {
    udp_check_send(outgoing, &number);
    if (number.failed) return number.error;
    if (number.number > 0) break;
    wait_for(udp_subscribe_outgoing(outgoing));
  }
  udp_send(outgoing, &datagram, 1, &number);
  return number.failed ? number.error : number.number == 1 ? -1 : E_WOULD_BLOCK;
}

static int receive_one(uint32_t incoming, incoming_datagram *datagram) {
  datagrams_result result;
  for (;;) {
    udp_receive(incoming, 1, &result);
    if (result.failed) return result.error;
    if (result.count == 1) break;
    wait_for(udp_subscribe_incoming(incoming));
  }
  *datagram = *result.items;
  return -1;
}

EXPORT("udp-echo")
text_result *udp_echo(uint32_t port, uint32_t v6, uint32_t connected, const char *data, size_t length) {
  static text_result result;
  uint32_t socket;
  int error = bind_udp(v6, 0, &socket);
  handle_result streams = {0};
  if (error < 0) {
    udp_stream(socket, connected, LOCALHOST(v6, port), &streams);
    if (streams.failed) error = streams.error;
  }
  if (error < 0) {
    outgoing_datagram question = {{data, length}, !connected, local(v6, (uint16_t)port)};
    error = send_one(streams.handles[1], question);
  }
  incoming_datagram answer;
  if (error < 0) error = receive_one(streams.handles[0], &answer);
  result.failed = error >= 0;
  if (error >= 0) {
    result.content = error_name((uint8_t)error);
    return &result;
  }
  result.content = answer.data;
  if (answer.remote.v4.port != port) result.content = TEXT("from another port");
  drop_incoming(streams.handles[0]);
  drop_outgoing(streams.handles[1]);
  drop_udp(socket);
  return &result;
}

EXPORT("udp-serve") count_result *udp_serve(uint32_t port, uint32_t datagrams) {
  static count_result result;
  uint32_t socket;
  int error = bind_udp(false, (uint16_t)port, &socket);
  handle_result streams;
  if (error < 0) {
    udp_stream(socket, 0, LOCALHOST(0, 0), &streams);
    if (streams.failed) error = streams.error;
  }
  uint32_t count = 0;
  while (error < 0 && count < datagrams) {
    incoming_datagram question;
    error = receive_one(streams.handles[0], &question);
    if (error >= 0) break;
    error = send_one(streams.handles[1], (outgoing_datagram){question.data, 1, question.remote});
    arena_reset();
    count++;
  }
  result.failed = error >= 0;
  if (error >= 0) result.content = error_name((uint8_t)error);
  else result.number = count;
  return &result;
}

EXPORT("udp-states") text *udp_states(uint32_t port) {
  handle_result made;
  unit_result done;
  byte_result flag;
  long_result number;
  address_result address;
  uint32_t network = instance_network();
  create_udp(0, &made);
  CHECK(!made.failed);
  uint32_t socket = made.handles[0];
  CHECK(udp_address_family(socket) == 0);
  uint32_t idle = udp_subscribe(socket);
  CHECK(is_ready(idle));
  drop_pollable(idle);
  udp_finish_bind(socket, &done);
  CHECK(done.failed && done.error == E_NOT_IN_PROGRESS);
  udp_stream(socket, 0, LOCALHOST(0, 0), &made);
  CHECK(made.failed && made.error == E_INVALID_STATE);
  udp_local_address(socket, &address);
  CHECK(address.failed && address.error == E_INVALID_STATE);
  udp_remote_address(socket, &address);
  CHECK(address.failed && address.error == E_INVALID_STATE);
  udp_start_bind(socket, network, LOCALHOST(1, 0), &done);
  CHECK(done.failed && done.error == E_INVALID_ARGUMENT);
  udp_start_bind(socket, network, LOCALHOST(0, 0), &done);
  CHECK(!done.failed);
  udp_start_bind(socket, network, LOCALHOST(0, 0), &done);
  CHECK(done.failed && done.error == E_INVALID_STATE);
  udp_finish_bind(socket, &done);
  CHECK(!done.failed);
  udp_local_address(socket, &address);
  CHECK(!address.failed && address.address.v4.port != 0 && address.address.v4.parts[0] == 127);

  udp_set_hop_limit(socket, 0, &done);
  CHECK(done.failed && done.error == E_INVALID_ARGUMENT);
  udp_set_hop_limit(socket, 9, &done);
  CHECK(!done.failed);
  udp_hop_limit(socket, &flag);
  CHECK(!flag.failed && flag.value == 9);
  udp_set_receive_size(socket, 0, &done);
  CHECK(done.failed && done.error == E_INVALID_ARGUMENT);
  udp_set_receive_size(socket, 32768, &done);
  CHECK(!done.failed);
  udp_receive_size(socket, &number);
  CHECK(!number.failed && number.number == 32768);
  udp_set_send_size(socket, 0, &done);
  CHECK(done.failed && done.error == E_INVALID_ARGUMENT);
  udp_set_send_size(socket, 32768, &done);
  CHECK(!done.failed);
  udp_send_size(socket, &number);
  CHECK(!number.failed && number.number == 32768);

  udp_stream(socket, 1, LOCALHOST(1, port), &made);
  CHECK(made.failed && made.error == E_INVALID_ARGUMENT);
  udp_stream(socket, 1, LOCALHOST(0, 0), &made);
  CHECK(made.failed && made.error == E_INVALID_ARGUMENT);
  udp_stream(socket, 0, LOCALHOST(0, 0), &made);
  CHECK(!made.failed);
  uint32_t incoming = made.handles[0], outgoing = made.handles[1];
  datagrams_result received;
  udp_receive(incoming, 0, &received);
  CHECK(!received.failed && received.count == 0);
  udp_receive(incoming, 5, &received);
  CHECK(!received.failed && received.count == 0);
  uint32_t arrival = udp_subscribe_incoming(incoming);
  CHECK(!is_ready(arrival));
  drop_pollable(arrival);
  // An unconnected socket has to be told where.
  outgoing_datagram datagram = {TEXT("x"), 0, {0}};
  CHECK(send_one(outgoing, datagram) == E_INVALID_ARGUMENT);
  datagram.has_remote = 1;
  datagram.remote = local(true, (uint16_t)port);
  CHECK(send_one(outgoing, datagram) == E_INVALID_ARGUMENT);
  udp_check_send(outgoing, &number);
  CHECK(!number.failed && number.number > 0);
  udp_send(outgoing, &datagram, 0, &number);
  CHECK(!number.failed && number.number == 0);

  // Connected: only there; the first pair of streams is over.
  udp_stream(socket, 1, LOCALHOST(0, port), &made);
  CHECK(!made.failed);
  udp_remote_address(socket, &address);
  CHECK(!address.failed && address.address.v4.port == port);
  udp_receive(incoming, 1, &received);
  CHECK(received.failed && received.error == E_INVALID_STATE);
  datagram.remote = local(false, (uint16_t)(port ^ 1));
  CHECK(send_one(made.handles[1], datagram) == E_INVALID_ARGUMENT);
  datagram.has_remote = 0;
  CHECK(send_one(made.handles[1], datagram) == -1);
  static char large[65536];
  datagram.data = (text){large, sizeof large};
  CHECK(send_one(made.handles[1], datagram) == 17);
  drop_incoming(incoming);
  drop_outgoing(outgoing);
  drop_incoming(made.handles[0]);
  drop_outgoing(made.handles[1]);
  drop_udp(socket);
  drop_network(network);
  return passed();
}

EXPORT("udp-send-unpermitted") void udp_send_unpermitted(void) {
  uint32_t socket;
  handle_result streams;
  long_result number;
  if (bind_udp(false, 0, &socket) >= 0) return;
  udp_stream(socket, 0, LOCALHOST(0, 0), &streams);
  outgoing_datagram datagram = {TEXT("x"), 1, local(false, 9)};
  udp_send(streams.handles[1], &datagram, 1, &number);
}
