#include "sockets.h"

EXPORT("tcp-states") text *tcp_states(uint32_t port, uint32_t v6) {
  handle_result made;
  unit_result done;
  address_result address;
  uint32_t network = instance_network();

  // A socket on its way to listen.
  create_tcp(v6, &made);
  CHECK(!made.failed);
  uint32_t socket = made.handles[0];
  CHECK(tcp_address_family(socket) == v6 && !tcp_is_listening(socket));
  uint32_t idle = tcp_subscribe(socket);
  CHECK(is_ready(idle));
  drop_pollable(idle);
  tcp_finish_bind(socket, &done);
  CHECK(done.failed && done.error == E_NOT_IN_PROGRESS);
  tcp_finish_connect(socket, &made);
  CHECK(made.failed && made.error == E_NOT_IN_PROGRESS);
  tcp_finish_listen(socket, &done);
  CHECK(done.failed && done.error == E_NOT_IN_PROGRESS);
  tcp_start_listen(socket, &done);
  CHECK(done.failed && done.error == E_INVALID_STATE);
  tcp_accept(socket, &made);
  CHECK(made.failed && made.error == E_INVALID_STATE);
  tcp_shutdown(socket, 2, &done);
  CHECK(done.failed && done.error == E_INVALID_STATE);
  tcp_local_address(socket, &address);
  CHECK(address.failed && address.error == E_INVALID_STATE);
  tcp_remote_address(socket, &address);
  CHECK(address.failed && address.error == E_INVALID_STATE);
  // The other family, multicast, and an IPv4 address in disguise.
  tcp_start_bind(socket, network, LOCALHOST(!v6, port), &done);
  CHECK(done.failed && done.error == E_INVALID_ARGUMENT);
  if (v6) tcp_start_bind(socket, network, IPV6(port, 0xff02, 1), &done);
  else tcp_start_bind(socket, network, IPV4(port, 224, 0, 0, 1), &done);
  CHECK(done.failed && done.error == E_INVALID_ARGUMENT);
  if (v6) tcp_start_bind(socket, network, 1, port, 0, 0, 0, 0, 0, 0, 0xffff, 0x7f00, 1, 0, &done);
  CHECK(done.failed && done.error == E_INVALID_ARGUMENT);
  // An address that is none of this computer's (documentation).
  if (v6) tcp_start_bind(socket, network, IPV6(0, 0x2001, 0xdb8), &done);
  else tcp_start_bind(socket, network, IPV4(0, 192, 0, 2, 1), &done);
  CHECK(done.failed && done.error == E_ADDRESS_NOT_BINDABLE);
  tcp_start_bind(socket, network, LOCALHOST(v6, port), &done);
  CHECK(!done.failed);
  tcp_start_bind(socket, network, LOCALHOST(v6, port), &done);
  CHECK(done.failed && done.error == E_INVALID_STATE);
  tcp_start_listen(socket, &done);
  CHECK(done.failed && done.error == E_CONCURRENCY_CONFLICT);
  tcp_finish_bind(socket, &done);
  CHECK(!done.failed);
  tcp_local_address(socket, &address);
  CHECK(!address.failed && address.address.family == v6 && address.address.v4.port == port);
  tcp_set_backlog(socket, 16, &done);
  CHECK(!done.failed);
  tcp_start_listen(socket, &done);
  CHECK(!done.failed && !tcp_is_listening(socket));
  tcp_finish_listen(socket, &done);
  CHECK(!done.failed && tcp_is_listening(socket));
  tcp_accept(socket, &made);
  CHECK(made.failed && made.error == E_WOULD_BLOCK);
  tcp_start_connect(socket, network, LOCALHOST(v6, port), &done);
  CHECK(done.failed && done.error == E_INVALID_STATE);
  uint32_t incoming = tcp_subscribe(socket);
  CHECK(!is_ready(incoming));

  // The port is taken.
  create_tcp(v6, &made);
  CHECK(!made.failed);
  uint32_t second = made.handles[0];
  tcp_start_bind(second, network, LOCALHOST(v6, port), &done);
  CHECK(done.failed && done.error == E_ADDRESS_IN_USE);

  // A client, from a port that the system chooses.
  tcp_start_bind(second, network, LOCALHOST(v6, 0), &done);
  CHECK(!done.failed);
  tcp_finish_bind(second, &done);
  CHECK(!done.failed);
  tcp_start_connect(second, network, LOCALHOST(v6, 0), &done);
  CHECK(done.failed && done.error == E_INVALID_ARGUMENT);
  tcp_start_connect(second, network, v6 ? 1 : 0, port, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, &done);
  CHECK(done.failed && done.error == E_INVALID_ARGUMENT);
  tcp_start_connect(second, network, LOCALHOST(v6, port), &done);
  CHECK(!done.failed);
  tcp_start_connect(second, network, LOCALHOST(v6, port), &done);
  CHECK(done.failed && done.error == E_CONCURRENCY_CONFLICT);
  wait_for(tcp_subscribe(second));
  tcp_finish_connect(second, &made);
  CHECK(!made.failed);
  connection client = {second, made.handles[0], made.handles[1]};
  tcp_start_connect(second, network, LOCALHOST(v6, port), &done);
  CHECK(done.failed && done.error == E_INVALID_STATE);
  tcp_remote_address(second, &address);
  CHECK(!address.failed && address.address.v4.port == port);

  block(incoming);
  CHECK(is_ready(incoming));
  drop_pollable(incoming);
  tcp_accept(socket, &made);
  CHECK(!made.failed);
  connection server = {made.handles[0], made.handles[1], made.handles[2]};
  CHECK(!tcp_is_listening(server.socket) && tcp_address_family(server.socket) == v6);

  // One direction is shut down, the other works.
  read_result part;
  read_some(server.input, 10, &part);
  CHECK(!part.failed && part.content.length == 0);
  stream_result written;
  write_blocking(client.output, "hello", 5, &written);
  CHECK(!written.failed);
  tcp_shutdown(client.socket, 1, &done);
  CHECK(!done.failed);
  tcp_shutdown(client.socket, 1, &done);
  CHECK(!done.failed);
  write_blocking(client.output, "more", 4, &written);
  CHECK(written.failed && written.stream_error == 1);
  read_blocking(server.input, 10, &part);
  CHECK(!part.failed && equal(part.content, TEXT("hello")));
  read_blocking(server.input, 10, &part);
  CHECK(part.failed && part.stream_error == 1);
  write_blocking(server.output, "back", 4, &written);
  CHECK(!written.failed);
  read_blocking(client.input, 10, &part);
  CHECK(!part.failed && equal(part.content, TEXT("back")));
  tcp_shutdown(client.socket, 0, &done);
  CHECK(!done.failed);
  read_some(client.input, 10, &part);
  CHECK(part.failed && part.stream_error == 1);
  uint32_t over = subscribe_input(client.input);
  CHECK(is_ready(over));
  drop_pollable(over);
  close_connection(&client);
  close_connection(&server);
  drop_tcp(socket);

  // Nobody listens any more: the attempt fails, and the socket is over.
  create_tcp(v6, &made);
  CHECK(!made.failed);
  socket = made.handles[0];
  tcp_start_connect(socket, network, LOCALHOST(v6, port), &done);
  CHECK(!done.failed);
  wait_for(tcp_subscribe(socket));
  tcp_finish_connect(socket, &made);
  CHECK(made.failed && made.error == E_CONNECTION_REFUSED);
  tcp_finish_connect(socket, &made);
  CHECK(made.failed && made.error == E_NOT_IN_PROGRESS);
  tcp_start_connect(socket, network, LOCALHOST(v6, port), &done);
  CHECK(done.failed && done.error == E_INVALID_STATE);
  drop_tcp(socket);
  drop_network(network);
  return passed();
}

EXPORT("tcp-options") text *tcp_options(uint32_t v6) {
  handle_result made;
  unit_result done;
  byte_result flag;
  long_result number;
  create_tcp(v6, &made);
  CHECK(!made.failed);
  uint32_t socket = made.handles[0];

  tcp_keep_alive(socket, &flag);
  CHECK(!flag.failed && flag.value == 0);
  tcp_set_keep_alive(socket, 1, &done);
  CHECK(!done.failed);
  tcp_keep_alive(socket, &flag);
  CHECK(!flag.failed && flag.value == 1);

  tcp_set_idle_time(socket, 0, &done);
  CHECK(done.failed && done.error == E_INVALID_ARGUMENT);
  tcp_set_idle_time(socket, 1, &done);
  CHECK(!done.failed);
  tcp_idle_time(socket, &number);
  CHECK(!number.failed && number.number == 1000000000);
  tcp_set_idle_time(socket, ~0ull, &done);
  CHECK(!done.failed);
  tcp_set_interval(socket, 0, &done);
  CHECK(done.failed && done.error == E_INVALID_ARGUMENT);
  tcp_set_interval(socket, 30000000000, &done);
  CHECK(!done.failed);
  tcp_interval(socket, &number);
  CHECK(!number.failed && number.number == 30000000000);
  tcp_set_count(socket, 0, &done);
  CHECK(done.failed && done.error == E_INVALID_ARGUMENT);
  tcp_set_count(socket, 7, &done);
  CHECK(!done.failed);
  tcp_count(socket, &made);
  CHECK(!made.failed && made.number == 7);
  tcp_set_count(socket, ~0u, &done);
  CHECK(!done.failed);

  tcp_set_hop_limit(socket, 0, &done);
  CHECK(done.failed && done.error == E_INVALID_ARGUMENT);
  tcp_set_hop_limit(socket, 42, &done);
  CHECK(!done.failed);
  tcp_hop_limit(socket, &flag);
  CHECK(!flag.failed && flag.value == 42);

  tcp_set_receive_size(socket, 0, &done);
  CHECK(done.failed && done.error == E_INVALID_ARGUMENT);
  tcp_set_receive_size(socket, 65536, &done);
  CHECK(!done.failed);
  tcp_receive_size(socket, &number);
  CHECK(!number.failed && number.number == 65536);
  tcp_set_receive_size(socket, ~0ull, &done);
  CHECK(!done.failed);
  tcp_set_send_size(socket, 0, &done);
  CHECK(done.failed && done.error == E_INVALID_ARGUMENT);
  tcp_set_send_size(socket, 65536, &done);
  CHECK(!done.failed);
  tcp_send_size(socket, &number);
  CHECK(!number.failed && number.number == 65536);
  tcp_set_backlog(socket, 0, &done);
  CHECK(done.failed && done.error == E_INVALID_ARGUMENT);
  tcp_set_backlog(socket, ~0ull, &done);
  CHECK(!done.failed);
  drop_tcp(socket);
  return passed();
}
