#include "http.h"

static void add(uint32_t fields, text name, text value) {
  header_result outcome;
  fields_append(fields, name.data, name.length, value.data, value.length, &outcome);
}

// Begins a response, and returns its body.
static uint32_t respond(uint32_t outparam, uint32_t status, uint32_t headers) {
  uint32_t response = outgoing_response_new(headers);
  outgoing_response_set_status(response, status);
  handle_result body;
  outgoing_response_body(response, &body);
  outparam_set(outparam, 0, response, 0, 0, 0, 0, 0, 0);
  return body.handle;
}

static void write(uint32_t body, text content) {
  handle_result stream;
  outgoing_body_write(body, &stream);
  for (size_t done = 0; done < content.length;) {
    size_t part = content.length - done < 4096 ? content.length - done : 4096;
    write_result outcome;
    blocking_write(stream.handle, content.data + done, part, &outcome);
    if (outcome.failed) break;
    done += part;
  }
  output_drop(stream.handle);
}

static void finish(uint32_t body, text content) {
  write(body, content);
  code_result outcome;
  outgoing_body_finish(body, 0, 0, &outcome);
}

static void echo(uint32_t request, uint32_t outparam) {
  handle_result input_body, input, output;
  incoming_consume(request, &input_body);
  incoming_body_stream(input_body.handle, &input);
  uint32_t body = respond(outparam, 200, fields_new());
  outgoing_body_write(body, &output);
  for (;;) {
    _Alignas(8) uint8_t outcome[16];
    blocking_splice(output.handle, input.handle, 1 << 20, outcome);
    if (outcome[0]) break;
  }
  input_drop(input.handle);
  output_drop(output.handle);
  code_result ended;
  outgoing_body_finish(body, 0, 0, &ended);
}

// Tells what the request says.
static void describe(uint32_t request, uint32_t outparam) {
  name_or_text method;
  incoming_method(request, &method);
  optional_text path, authority;
  incoming_path(request, &path);
  incoming_authority(request, &authority);
  optional_name_or_text scheme;
  incoming_scheme(request, &scheme);
  text all = join(TEXT("method "), method.number == 9 ? method.other : decimal(method.number));
  all = join(all, join(TEXT("\npath "), path.value));
  all = join(all, join(TEXT("\nscheme "), decimal(scheme.number)));
  uint32_t headers = incoming_headers(request);
  field_list list;
  fields_entries(headers, &list);
  for (size_t i = 0; i < list.count; i++) {
    all = join(all, join(TEXT("\n"), join(list.items[i].name, join(TEXT("="), list.items[i].value))));
  }
  fields_drop(headers);
  uint32_t fields = fields_new();
  add(fields, TEXT("content-type"), TEXT("text/plain"));
  finish(respond(outparam, 200, fields), all);
}

static void sized(uint32_t outparam, text promised, text content) {
  uint32_t fields = fields_new();
  add(fields, TEXT("content-length"), promised);
  finish(respond(outparam, 200, fields), content);
}

#define CHECK(condition) \
  if (!(condition)) return __LINE__

// What a request and a response allow once, or not at all: the line of the first check that fails, or 0.
static uint32_t check(uint32_t request) {
  optional_text authority;
  incoming_authority(request, &authority);
  CHECK(authority.is_there && authority.value.length > 0);
  header_result outcome;
  uint32_t seen = incoming_headers(request);
  CHECK(fields_has(seen, "host", 4));
  fields_append(seen, "x-two", 5, "1", 1, &outcome);
  CHECK(outcome.failed && outcome.error == 2);
  fields_drop(seen);
  handle_result body, stream, again;
  incoming_consume(request, &body);
  incoming_consume(request, &again);
  CHECK(!body.failed && again.failed);
  incoming_body_stream(body.handle, &stream);
  incoming_body_stream(body.handle, &again);
  CHECK(!stream.failed && again.failed);
  input_drop(stream.handle);
  incoming_body_drop(body.handle);
  incoming_drop(request);
  uint32_t fields = fields_new();
  add(fields, TEXT("x-one"), TEXT("1"));
  uint32_t response = outgoing_response_new(fields);
  CHECK(outgoing_response_status(response) == 200);
  CHECK(outgoing_response_set_status(response, 99) == 1);
  CHECK(outgoing_response_set_status(response, 1000) == 1);
  CHECK(outgoing_response_set_status(response, 418) == 0);
  CHECK(outgoing_response_status(response) == 418);
  seen = outgoing_response_headers(response);
  CHECK(fields_has(seen, "x-one", 5));
  fields_delete(seen, "x-one", 5, &outcome);
  CHECK(outcome.failed && outcome.error == 2);
  fields_drop(seen);
  outgoing_response_body(response, &body);
  outgoing_response_body(response, &again);
  CHECK(!body.failed && again.failed);
  outgoing_body_drop(body.handle);
  outgoing_response_drop(response);
  return 0;
}

EXPORT(WASI("http/incoming-handler") "#handle") void handle_request(uint32_t request, uint32_t outparam) {
  optional_text path;
  incoming_path(request, &path);
  text at = path.value;
  if (equal(at, TEXT("/echo"))) {
    echo(request, outparam);
  } else if (equal(at, TEXT("/describe?a=1"))) {
    describe(request, outparam);
  } else if (equal(at, TEXT("/drop"))) {
    outparam_drop(outparam);
  } else if (equal(at, TEXT("/trap"))) {
    __builtin_trap();
  } else if (equal(at, TEXT("/late-trap"))) {
    write(respond(outparam, 200, fields_new()), TEXT("half"));
    __builtin_trap();
  } else if (equal(at, TEXT("/spin"))) {
    for (volatile int i = 0;; i++) {}
  } else if (equal(at, TEXT("/error"))) {
    outparam_set(outparam, 1, 15, 0, 0, 0, 0, 0, 0);
  } else if (equal(at, TEXT("/short"))) {
    sized(outparam, TEXT("10"), TEXT("short"));
  } else if (equal(at, TEXT("/long"))) {
    sized(outparam, TEXT("2"), TEXT("long"));
  } else if (equal(at, TEXT("/twice"))) {
    finish(respond(outparam, 200, fields_new()), TEXT("once\n"));
    outparam_set(outparam, 1, 15, 0, 0, 0, 0, 0, 0);
  } else if (equal(at, TEXT("/contracts"))) {
    finish(respond(outparam, 200, fields_new()), decimal(check(request)));
  } else if (equal(at, TEXT("/empty"))) {
    uint32_t response = outgoing_response_new(fields_new());
    outgoing_response_set_status(response, 204);
    outparam_set(outparam, 0, response, 0, 0, 0, 0, 0, 0);
  } else if (equal(at, TEXT("/trailers"))) {
    uint32_t body = respond(outparam, 200, fields_new());
    write(body, TEXT("body"));
    uint32_t trailers = fields_new();
    add(trailers, TEXT("x-end"), TEXT("yes"));
    code_result outcome;
    outgoing_body_finish(body, 1, trailers, &outcome);
  } else if (equal(at, TEXT("/"))) {
    uint32_t fields = fields_new();
    add(fields, TEXT("content-type"), TEXT("text/plain"));
    finish(respond(outparam, 200, fields), TEXT("Hello, world!\n"));
  } else {
    finish(respond(outparam, 404, fields_new()), TEXT("not found\n"));
  }
  arena_reset();
}
