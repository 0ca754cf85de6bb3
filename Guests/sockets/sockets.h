// What of WASI the socket guests call, as core functions.
#ifndef SOCKETS_H
#define SOCKETS_H

#include "guest.h"

typedef struct { uint8_t failed; uint8_t error; } unit_result;
typedef struct {
  uint8_t failed;
  union { uint32_t handles[3]; uint8_t error; uint32_t number; };
} handle_result;
typedef struct {
  uint8_t failed;
  union { uint64_t number; uint8_t error; struct { uint8_t stream_error; uint32_t error_handle; }; };
} long_result;
typedef struct { uint8_t failed; uint8_t value; } byte_result;
typedef struct {
  uint8_t failed;
  union { text content; struct { uint8_t stream_error; uint32_t error_handle; }; };
} read_result;
typedef struct {
  uint8_t failed;
  union { uint8_t error; struct { uint8_t stream_error; uint32_t error_handle; }; };
} stream_result;

typedef struct {
  uint8_t family;
  union {
    struct { uint16_t port; uint8_t parts[4]; } v4;
    struct { uint16_t port; uint32_t flow_info; uint16_t parts[8]; uint32_t scope_id; } v6;
  };
} socket_address;
typedef struct { uint8_t failed; union { uint8_t error; socket_address address; }; } address_result;

#define FLAT_ADDRESS uint32_t, uint32_t, uint32_t, uint32_t, uint32_t, uint32_t, uint32_t, uint32_t, uint32_t, uint32_t, uint32_t, uint32_t
#define IPV4(port, a, b, c, d) 0, port, a, b, c, d, 0, 0, 0, 0, 0, 0
#define IPV6(port, a, h) 1, port, 0, a, 0, 0, 0, 0, 0, 0, h, 0
#define LOCALHOST(v6, port) \
  (v6), (port), (v6) ? 0 : 127, 0, 0, (v6) ? 0 : 1, 0, 0, 0, 0, (v6) ? 1 : 0, 0

enum {
  E_UNKNOWN, E_ACCESS_DENIED, E_NOT_SUPPORTED, E_INVALID_ARGUMENT, E_OUT_OF_MEMORY, E_TIMEOUT, E_CONCURRENCY_CONFLICT,
  E_NOT_IN_PROGRESS, E_WOULD_BLOCK, E_INVALID_STATE, E_NEW_SOCKET_LIMIT, E_ADDRESS_NOT_BINDABLE, E_ADDRESS_IN_USE,
  E_REMOTE_UNREACHABLE, E_CONNECTION_REFUSED, E_CONNECTION_RESET
};

#define POLL(name) IMPORT(WASI("io/poll"), name)
POLL("[method]pollable.block") void block(uint32_t pollable);
POLL("[method]pollable.ready") uint32_t is_ready(uint32_t pollable);
POLL("poll") void poll(const uint32_t *pollables, size_t count, text *ready);
POLL("[resource-drop]pollable") void drop_pollable(uint32_t pollable);

#define STREAMS(name) IMPORT(WASI("io/streams"), name)
STREAMS("[method]input-stream.read") void read_some(uint32_t stream, uint64_t count, read_result *result);
STREAMS("[method]input-stream.blocking-read") void read_blocking(uint32_t stream, uint64_t count, read_result *result);
STREAMS("[method]input-stream.subscribe") uint32_t subscribe_input(uint32_t stream);
STREAMS("[resource-drop]input-stream") void drop_input(uint32_t stream);
STREAMS("[method]output-stream.check-write") void check_write(uint32_t stream, long_result *result);
STREAMS("[method]output-stream.write") void write_some(uint32_t stream, const void *data, size_t length, stream_result *result);
STREAMS("[method]output-stream.blocking-write-and-flush")
void write_blocking(uint32_t stream, const void *data, size_t length, stream_result *result);
STREAMS("[method]output-stream.blocking-flush") void flush_blocking(uint32_t stream, stream_result *result);
STREAMS("[method]output-stream.subscribe") uint32_t subscribe_output(uint32_t stream);
STREAMS("[resource-drop]output-stream") void drop_output(uint32_t stream);

IMPORT(WASI("io/error"), "[method]error.to-debug-string") void to_debug_string(uint32_t error, text *result);
IMPORT(WASI("io/error"), "[resource-drop]error") void drop_error(uint32_t error);
IMPORT(WASI("clocks/monotonic-clock"), "subscribe-duration") uint32_t subscribe_duration(uint64_t nanoseconds);

IMPORT(WASI("sockets/instance-network"), "instance-network") uint32_t instance_network(void);
IMPORT(WASI("sockets/network"), "[resource-drop]network") void drop_network(uint32_t network);
IMPORT(WASI("sockets/network"), "network-error-code") void network_error_code(uint32_t error, byte_result *result);
IMPORT(WASI("sockets/tcp-create-socket"), "create-tcp-socket") void create_tcp(uint32_t family, handle_result *result);
IMPORT(WASI("sockets/udp-create-socket"), "create-udp-socket") void create_udp(uint32_t family, handle_result *result);

#define TCP(name) IMPORT(WASI("sockets/tcp"), "[method]tcp-socket." name)
TCP("start-bind") void tcp_start_bind(uint32_t socket, uint32_t network, FLAT_ADDRESS, unit_result *result);
TCP("finish-bind") void tcp_finish_bind(uint32_t socket, unit_result *result);
TCP("start-connect") void tcp_start_connect(uint32_t socket, uint32_t network, FLAT_ADDRESS, unit_result *result);
TCP("finish-connect") void tcp_finish_connect(uint32_t socket, handle_result *result);
TCP("start-listen") void tcp_start_listen(uint32_t socket, unit_result *result);
TCP("finish-listen") void tcp_finish_listen(uint32_t socket, unit_result *result);
TCP("accept") void tcp_accept(uint32_t socket, handle_result *result);
TCP("local-address") void tcp_local_address(uint32_t socket, address_result *result);
TCP("remote-address") void tcp_remote_address(uint32_t socket, address_result *result);
TCP("is-listening") uint32_t tcp_is_listening(uint32_t socket);
TCP("address-family") uint32_t tcp_address_family(uint32_t socket);
TCP("set-listen-backlog-size") void tcp_set_backlog(uint32_t socket, uint64_t value, unit_result *result);
TCP("keep-alive-enabled") void tcp_keep_alive(uint32_t socket, byte_result *result);
TCP("set-keep-alive-enabled") void tcp_set_keep_alive(uint32_t socket, uint32_t value, unit_result *result);
TCP("keep-alive-idle-time") void tcp_idle_time(uint32_t socket, long_result *result);
TCP("set-keep-alive-idle-time") void tcp_set_idle_time(uint32_t socket, uint64_t value, unit_result *result);
TCP("keep-alive-interval") void tcp_interval(uint32_t socket, long_result *result);
TCP("set-keep-alive-interval") void tcp_set_interval(uint32_t socket, uint64_t value, unit_result *result);
TCP("keep-alive-count") void tcp_count(uint32_t socket, handle_result *result);
TCP("set-keep-alive-count") void tcp_set_count(uint32_t socket, uint32_t value, unit_result *result);
TCP("hop-limit") void tcp_hop_limit(uint32_t socket, byte_result *result);
TCP("set-hop-limit") void tcp_set_hop_limit(uint32_t socket, uint32_t value, unit_result *result);
TCP("receive-buffer-size") void tcp_receive_size(uint32_t socket, long_result *result);
TCP("set-receive-buffer-size") void tcp_set_receive_size(uint32_t socket, uint64_t value, unit_result *result);
TCP("send-buffer-size") void tcp_send_size(uint32_t socket, long_result *result);
TCP("set-send-buffer-size") void tcp_set_send_size(uint32_t socket, uint64_t value, unit_result *result);
TCP("subscribe") uint32_t tcp_subscribe(uint32_t socket);
TCP("shutdown") void tcp_shutdown(uint32_t socket, uint32_t type, unit_result *result);
IMPORT(WASI("sockets/tcp"), "[resource-drop]tcp-socket") void drop_tcp(uint32_t socket);

#define UDP(name) IMPORT(WASI("sockets/udp"), name)
UDP("[method]udp-socket.start-bind") void udp_start_bind(uint32_t socket, uint32_t network, FLAT_ADDRESS, unit_result *result);
UDP("[method]udp-socket.finish-bind") void udp_finish_bind(uint32_t socket, unit_result *result);
UDP("[method]udp-socket.stream") void udp_stream(uint32_t socket, uint32_t is_given, FLAT_ADDRESS, handle_result *result);
UDP("[method]udp-socket.local-address") void udp_local_address(uint32_t socket, address_result *result);
UDP("[method]udp-socket.remote-address") void udp_remote_address(uint32_t socket, address_result *result);
UDP("[method]udp-socket.address-family") uint32_t udp_address_family(uint32_t socket);
UDP("[method]udp-socket.unicast-hop-limit") void udp_hop_limit(uint32_t socket, byte_result *result);
UDP("[method]udp-socket.set-unicast-hop-limit") void udp_set_hop_limit(uint32_t socket, uint32_t value, unit_result *result);
UDP("[method]udp-socket.receive-buffer-size") void udp_receive_size(uint32_t socket, long_result *result);
UDP("[method]udp-socket.set-receive-buffer-size") void udp_set_receive_size(uint32_t socket, uint64_t value, unit_result *result);
UDP("[method]udp-socket.send-buffer-size") void udp_send_size(uint32_t socket, long_result *result);
UDP("[method]udp-socket.set-send-buffer-size") void udp_set_send_size(uint32_t socket, uint64_t value, unit_result *result);
UDP("[method]udp-socket.subscribe") uint32_t udp_subscribe(uint32_t socket);
UDP("[resource-drop]udp-socket") void drop_udp(uint32_t socket);

typedef struct { text data; socket_address remote; } incoming_datagram;
typedef struct { text data; uint8_t has_remote; socket_address remote; } outgoing_datagram;
typedef struct {
  uint8_t failed;
  union { uint8_t error; struct { const incoming_datagram *items; size_t count; }; };
} datagrams_result;
UDP("[method]incoming-datagram-stream.receive") void udp_receive(uint32_t stream, uint64_t most, datagrams_result *result);
UDP("[method]incoming-datagram-stream.subscribe") uint32_t udp_subscribe_incoming(uint32_t stream);
UDP("[resource-drop]incoming-datagram-stream") void drop_incoming(uint32_t stream);
UDP("[method]outgoing-datagram-stream.check-send") void udp_check_send(uint32_t stream, long_result *result);
UDP("[method]outgoing-datagram-stream.send")
void udp_send(uint32_t stream, const outgoing_datagram *items, size_t count, long_result *result);
UDP("[method]outgoing-datagram-stream.subscribe") uint32_t udp_subscribe_outgoing(uint32_t stream);
UDP("[resource-drop]outgoing-datagram-stream") void drop_outgoing(uint32_t stream);

typedef struct {
  uint8_t failed;
  union {
    uint8_t error;
    struct {
      uint8_t present;
      struct { uint8_t family; union { uint8_t v4[4]; uint16_t v6[8]; }; };
    };
  };
} next_address_result;
#define LOOKUP(name) IMPORT(WASI("sockets/ip-name-lookup"), name)
LOOKUP("resolve-addresses") void resolve_addresses(uint32_t network, const char *name, size_t length, handle_result *result);
LOOKUP("[method]resolve-address-stream.resolve-next-address") void next_address(uint32_t stream, next_address_result *result);
LOOKUP("[method]resolve-address-stream.subscribe") uint32_t subscribe_lookup(uint32_t stream);
LOOKUP("[resource-drop]resolve-address-stream") void drop_lookup(uint32_t stream);

// The results of the guest's own functions.
typedef struct { uint8_t failed; text content; } text_result;
typedef struct { uint8_t failed; union { uint64_t number; text content; }; } number_result;
typedef struct { uint8_t failed; union { uint32_t number; text content; }; } count_result;

typedef struct { uint32_t socket, input, output; } connection;

text error_name(uint8_t error);
// The text of a stream's error; drops it.
text stream_error_text(uint8_t stream_error, uint32_t error_handle);
void wait_for(uint32_t pollable);
// Connects, waiting; the error's number, or -1.
int connect_to(bool v6, uint32_t address, uint16_t port, connection *result);
void close_connection(connection *connection);

// A check that ends the function with the line of the first failure.
#define CHECK(condition) do { if (!(condition)) return failed_line(__LINE__); } while (0)
text *failed_line(int line);
text *passed(void);

#endif
