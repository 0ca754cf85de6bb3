// The imports of wasi:http that guests use, and the memory of their results.
#ifndef HTTP_H
#define HTTP_H

#include "guest.h"

#define TYPES(name) IMPORT(WASI("http/types"), name)

// result<own<T>>, and result<_, header-error>
typedef struct {
  uint8_t failed;
  union {
    uint8_t error;
    uint32_t handle;
  };
} handle_result;

typedef struct {
  uint8_t failed;
  uint8_t error;
} header_result;

// error-code: its longest payload ends after 32 bytes.
typedef struct {
  _Alignas(8) uint8_t code;
  uint8_t payload[31];
} error_code;

// result<own<future-incoming-response>, error-code>, and result<_, error-code>
typedef struct {
  uint8_t failed;
  _Alignas(8) union {
    uint32_t handle;
    error_code error;
  };
} code_result;

// option<result<result<own<T>, error-code>>>
typedef struct {
  uint8_t is_there;
  _Alignas(8) struct {
    uint8_t failed;
    code_result inner;
  } outer;
} future_result;

// option<result<result<option<own<T>>, error-code>>>
typedef struct {
  uint8_t is_there;
  _Alignas(8) struct {
    uint8_t failed;
    _Alignas(8) struct {
      uint8_t failed;
      _Alignas(8) union {
        struct {
          uint8_t has_fields;
          uint32_t handle;
        };
        error_code error;
      };
    } inner;
  } outer;
} trailers_result;

typedef struct {
  uint8_t is_there;
  text value;
} optional_text;

typedef struct {
  uint8_t number;
  text other;
} name_or_text;

typedef struct {
  uint8_t is_there;
  _Alignas(4) uint8_t number;
  text other;
} optional_name_or_text;

typedef struct {
  uint8_t is_there;
  uint64_t value;
} optional_u64;

typedef struct {
  text name;
  text value;
} field;

typedef struct {
  field *items;
  size_t count;
} field_list;

typedef struct {
  text *items;
  size_t count;
} text_list;

typedef struct {
  uint8_t failed;
  union {
    text content;
    struct {
      uint8_t error;
      uint32_t error_handle;
    };
  };
} read_result;

typedef struct {
  uint8_t failed;
  _Alignas(4) uint8_t error;
  uint32_t error_handle;
} write_result;

TYPES("[constructor]fields") uint32_t fields_new(void);
TYPES("[static]fields.from-list") void fields_from_list(const field *items, size_t count, handle_result *result);
TYPES("[method]fields.get") void fields_get(uint32_t self, const char *name, size_t length, text_list *result);
TYPES("[method]fields.has") uint32_t fields_has(uint32_t self, const char *name, size_t length);
TYPES("[method]fields.set")
void fields_set(
    uint32_t self, const char *name, size_t length, const text *values, size_t count, header_result *result);
TYPES("[method]fields.delete") void fields_delete(uint32_t self, const char *name, size_t length, header_result *result);
TYPES("[method]fields.append")
void fields_append(
    uint32_t self, const char *name, size_t length, const char *value, size_t value_length, header_result *result);
TYPES("[method]fields.entries") void fields_entries(uint32_t self, field_list *result);
TYPES("[method]fields.clone") uint32_t fields_clone(uint32_t self);
TYPES("[resource-drop]fields") void fields_drop(uint32_t self);

TYPES("[constructor]outgoing-request") uint32_t request_new(uint32_t headers);
TYPES("[method]outgoing-request.body") void request_body(uint32_t self, handle_result *result);
TYPES("[method]outgoing-request.method") void request_method(uint32_t self, name_or_text *result);
TYPES("[method]outgoing-request.set-method")
uint32_t request_set_method(uint32_t self, uint32_t number, const char *other, size_t length);
TYPES("[method]outgoing-request.path-with-query") void request_path(uint32_t self, optional_text *result);
TYPES("[method]outgoing-request.set-path-with-query")
uint32_t request_set_path(uint32_t self, uint32_t is_there, const char *path, size_t length);
TYPES("[method]outgoing-request.scheme") void request_scheme(uint32_t self, optional_name_or_text *result);
TYPES("[method]outgoing-request.set-scheme")
uint32_t request_set_scheme(uint32_t self, uint32_t is_there, uint32_t number, const char *other, size_t length);
TYPES("[method]outgoing-request.authority") void request_authority(uint32_t self, optional_text *result);
TYPES("[method]outgoing-request.set-authority")
uint32_t request_set_authority(uint32_t self, uint32_t is_there, const char *authority, size_t length);
TYPES("[method]outgoing-request.headers") uint32_t request_headers(uint32_t self);
TYPES("[resource-drop]outgoing-request") void request_drop(uint32_t self);

TYPES("[constructor]request-options") uint32_t options_new(void);
TYPES("[method]request-options.connect-timeout") void options_connect(uint32_t self, optional_u64 *result);
TYPES("[method]request-options.set-connect-timeout")
uint32_t options_set_connect(uint32_t self, uint32_t is_there, uint64_t duration);
TYPES("[method]request-options.first-byte-timeout") void options_first_byte(uint32_t self, optional_u64 *result);
TYPES("[method]request-options.set-first-byte-timeout")
uint32_t options_set_first_byte(uint32_t self, uint32_t is_there, uint64_t duration);
TYPES("[method]request-options.between-bytes-timeout") void options_between(uint32_t self, optional_u64 *result);
TYPES("[method]request-options.set-between-bytes-timeout")
uint32_t options_set_between(uint32_t self, uint32_t is_there, uint64_t duration);
TYPES("[resource-drop]request-options") void options_drop(uint32_t self);

IMPORT(WASI("http/outgoing-handler"), "handle")
void handle(uint32_t request, uint32_t has_options, uint32_t options, code_result *result);

TYPES("[method]future-incoming-response.subscribe") uint32_t future_subscribe(uint32_t self);
TYPES("[method]future-incoming-response.get") void future_get(uint32_t self, future_result *result);
TYPES("[resource-drop]future-incoming-response") void future_drop(uint32_t self);

TYPES("[method]incoming-response.status") uint32_t response_status(uint32_t self);
TYPES("[method]incoming-response.headers") uint32_t response_headers(uint32_t self);
TYPES("[method]incoming-response.consume") void response_consume(uint32_t self, handle_result *result);
TYPES("[resource-drop]incoming-response") void response_drop(uint32_t self);

TYPES("[method]incoming-body.stream") void incoming_body_stream(uint32_t self, handle_result *result);
TYPES("[static]incoming-body.finish") uint32_t incoming_body_finish(uint32_t self);
TYPES("[resource-drop]incoming-body") void incoming_body_drop(uint32_t self);
TYPES("[method]future-trailers.subscribe") uint32_t trailers_subscribe(uint32_t self);
TYPES("[method]future-trailers.get") void trailers_get(uint32_t self, trailers_result *result);
TYPES("[resource-drop]future-trailers") void trailers_drop(uint32_t self);

TYPES("[method]incoming-request.method") void incoming_method(uint32_t self, name_or_text *result);
TYPES("[method]incoming-request.path-with-query") void incoming_path(uint32_t self, optional_text *result);
TYPES("[method]incoming-request.scheme") void incoming_scheme(uint32_t self, optional_name_or_text *result);
TYPES("[method]incoming-request.authority") void incoming_authority(uint32_t self, optional_text *result);
TYPES("[method]incoming-request.headers") uint32_t incoming_headers(uint32_t self);
TYPES("[method]incoming-request.consume") void incoming_consume(uint32_t self, handle_result *result);
TYPES("[resource-drop]incoming-request") void incoming_drop(uint32_t self);

TYPES("[constructor]outgoing-response") uint32_t outgoing_response_new(uint32_t headers);
TYPES("[method]outgoing-response.status-code") uint32_t outgoing_response_status(uint32_t self);
TYPES("[method]outgoing-response.set-status-code") uint32_t outgoing_response_set_status(uint32_t self, uint32_t status);
TYPES("[method]outgoing-response.headers") uint32_t outgoing_response_headers(uint32_t self);
TYPES("[method]outgoing-response.body") void outgoing_response_body(uint32_t self, handle_result *result);
TYPES("[resource-drop]outgoing-response") void outgoing_response_drop(uint32_t self);
TYPES("[static]response-outparam.set")
void outparam_set(
    uint32_t self, uint32_t failed, uint32_t response_or_code, uint32_t p1, uint64_t p2, uint32_t p3, uint32_t p4,
    uint32_t p5, uint32_t p6);
TYPES("[resource-drop]response-outparam") void outparam_drop(uint32_t self);

TYPES("[method]outgoing-body.write") void outgoing_body_write(uint32_t self, handle_result *result);
TYPES("[static]outgoing-body.finish")
void outgoing_body_finish(uint32_t self, uint32_t has_trailers, uint32_t trailers, code_result *result);
TYPES("[resource-drop]outgoing-body") void outgoing_body_drop(uint32_t self);
TYPES("http-error-code") void http_error_code(uint32_t error, void *result);

IMPORT(WASI("io/poll"), "[method]pollable.block") void pollable_block(uint32_t self);
IMPORT(WASI("io/poll"), "[resource-drop]pollable") void pollable_drop(uint32_t self);
IMPORT(WASI("io/streams"), "[method]input-stream.blocking-read")
void blocking_read(uint32_t self, uint64_t length, read_result *result);
IMPORT(WASI("io/streams"), "[resource-drop]input-stream") void input_drop(uint32_t self);
IMPORT(WASI("io/streams"), "[method]output-stream.blocking-write-and-flush")
void blocking_write(uint32_t self, const char *data, size_t length, write_result *result);
IMPORT(WASI("io/streams"), "[method]output-stream.blocking-splice")
void blocking_splice(uint32_t self, uint32_t source, uint64_t length, void *result);
IMPORT(WASI("io/streams"), "[resource-drop]output-stream") void output_drop(uint32_t self);
IMPORT(WASI("io/error"), "[resource-drop]error") void error_drop(uint32_t self);

#endif
