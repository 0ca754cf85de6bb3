#include "http.h"

enum { NO_RESPONSE = 100, READ_FAILED = 101, WRITE_FAILED = 102 };

typedef struct {
  uint8_t failed;
  union {
    struct {
      uint16_t status;
      text body;
    };
    uint32_t code;
  };
} fetch_result;

static fetch_result result;

static fetch_result *failure(uint32_t code) {
  result = (fetch_result){.failed = 1, .code = code};
  return &result;
}

static uint32_t method_number(text method) {
  static const char *const names[] = {"GET", "HEAD", "POST", "PUT", "DELETE", "CONNECT", "OPTIONS", "TRACE", "PATCH"};
  static const uint8_t lengths[] = {3, 4, 4, 3, 6, 7, 7, 5, 5};
  for (uint32_t i = 0; i < 9; i++)
    if (equal(method, (text){names[i], lengths[i]})) return i;
  return 9;
}

static bool write_all(uint32_t body, text content) {
  handle_result stream;
  outgoing_body_write(body, &stream);
  if (stream.failed) return false;
  bool is_written = true;
  for (size_t done = 0; is_written && done < content.length;) {
    size_t part = content.length - done < 4096 ? content.length - done : 4096;
    write_result outcome;
    blocking_write(stream.handle, content.data + done, part, &outcome);
    is_written = !outcome.failed;
    done += part;
  }
  output_drop(stream.handle);
  return is_written;
}

static fetch_result *read_all(uint32_t response) {
  uint16_t status = response_status(response);
  handle_result body, stream, again;
  header_result outcome;
  uint32_t headers = response_headers(response);
  fields_append(headers, "x-two", 5, "1", 1, &outcome);
  // Immutable.
  if (!outcome.failed || outcome.error != 2) return failure(READ_FAILED);
  fields_drop(headers);
  response_consume(response, &body);
  response_consume(response, &again);
  if (body.failed || !again.failed) return failure(READ_FAILED);
  incoming_body_stream(body.handle, &stream);
  incoming_body_stream(body.handle, &again);
  if (stream.failed || !again.failed) return failure(READ_FAILED);
  text all = {0};
  for (;;) {
    read_result part;
    blocking_read(stream.handle, 65536, &part);
    if (part.failed) {
      if (part.error) break;
      // The code of the stream's error, which is an option.
      _Alignas(8) uint8_t code[64];
      http_error_code(part.error_handle, code);
      return failure(code[0] ? 1000 + code[8] : READ_FAILED);
    }
    all = join(all, part.content);
  }
  input_drop(stream.handle);
  uint32_t trailers = incoming_body_finish(body.handle);
  uint32_t pollable = trailers_subscribe(trailers);
  pollable_block(pollable);
  pollable_drop(pollable);
  trailers_result end;
  trailers_get(trailers, &end);
  if (!end.is_there || end.outer.failed) return failure(READ_FAILED);
  if (end.outer.inner.failed) return failure(end.outer.inner.error.code);
  if (end.outer.inner.has_fields) {
    field_list list;
    fields_entries(end.outer.inner.handle, &list);
    for (size_t i = 0; i < list.count; i++) {
      all = join(all, join(TEXT("\n"), join(list.items[i].name, join(TEXT("="), list.items[i].value))));
    }
  }
  trailers_get(trailers, &end);
  if (!end.is_there || !end.outer.failed) return failure(READ_FAILED);
  trailers_drop(trailers);
  response_drop(response);
  result = (fetch_result){.status = status, .body = all};
  return &result;
}

EXPORT("fetch")
fetch_result *fetch(
    const char *method, size_t method_length, const char *authority, size_t authority_length, const char *path,
    size_t path_length, const char *data, size_t length, uint32_t timeout) {
  uint32_t request = request_new(fields_new());
  request_set_method(request, method_number((text){method, method_length}), method, method_length);
  request_set_scheme(request, 1, 0, 0, 0);
  request_set_authority(request, 1, authority, authority_length);
  request_set_path(request, 1, path, path_length);
  handle_result body = {.failed = 1};
  if (length > 0) request_body(request, &body);
  uint32_t options = options_new();
  if (timeout > 0) {
    options_set_first_byte(options, 1, timeout * 1000000ull);
    options_set_between(options, 1, timeout * 1000000ull);
    options_set_connect(options, 1, timeout * 1000000ull);
  }
  code_result sent;
  handle(request, 1, options, &sent);
  if (sent.failed) return failure(sent.error.code);
  if (!body.failed) {
    if (!write_all(body.handle, (text){data, length})) return failure(WRITE_FAILED);
    uint32_t trailers = fields_new();
    header_result added;
    fields_append(trailers, "x-sent", 6, "all", 3, &added);
    code_result finished;
    outgoing_body_finish(body.handle, 1, trailers, &finished);
    if (finished.failed) return failure(finished.error.code);
  }
  uint32_t pollable = future_subscribe(sent.handle);
  pollable_block(pollable);
  pollable_drop(pollable);
  future_result answer;
  future_get(sent.handle, &answer);
  if (!answer.is_there || answer.outer.failed) return failure(NO_RESPONSE);
  if (answer.outer.inner.failed) return failure(answer.outer.inner.error.code);
  uint32_t response = answer.outer.inner.handle;
  future_get(sent.handle, &answer);
  if (!answer.is_there || !answer.outer.failed) return failure(NO_RESPONSE);
  return read_all(response);
}

EXPORT("cabi_post_fetch") void post_fetch(fetch_result *unused) {
  (void)unused;
  arena_reset();
}

#define CHECK(condition) \
  if (!(condition)) return __LINE__

enum { INVALID_SYNTAX, FORBIDDEN, IMMUTABLE };

static uint32_t check_fields(void) {
  uint32_t fields = fields_new();
  header_result outcome;
  fields_append(fields, "X-One", 5, "1", 1, &outcome);
  CHECK(!outcome.failed);
  fields_append(fields, "x-one", 5, "2", 1, &outcome);
  CHECK(!outcome.failed);
  text_list values;
  fields_get(fields, "x-ONE", 5, &values);
  CHECK(values.count == 2 && equal(values.items[0], TEXT("1")) && equal(values.items[1], TEXT("2")));
  CHECK(fields_has(fields, "X-ONE", 5) && !fields_has(fields, "x-two", 5));
  text replacements[] = {TEXT("a"), TEXT("b"), TEXT("c")};
  fields_set(fields, "x-one", 5, replacements, 3, &outcome);
  fields_get(fields, "x-one", 5, &values);
  CHECK(!outcome.failed && values.count == 3);
  uint32_t copy = fields_clone(fields);
  fields_delete(fields, "x-one", 5, &outcome);
  CHECK(!outcome.failed && !fields_has(fields, "x-one", 5) && fields_has(copy, "x-one", 5));
  field_list entries;
  fields_entries(copy, &entries);
  CHECK(entries.count == 3 && equal(entries.items[2].value, TEXT("c")));
  fields_append(fields, "bad name", 8, "1", 1, &outcome);
  CHECK(outcome.failed && outcome.error == INVALID_SYNTAX);
  fields_append(fields, "x-bad", 5, "1\r\n2", 4, &outcome);
  CHECK(outcome.failed && outcome.error == INVALID_SYNTAX);
  fields_append(fields, "", 0, "1", 1, &outcome);
  CHECK(outcome.failed && outcome.error == INVALID_SYNTAX);
  fields_append(fields, "Transfer-Encoding", 17, "chunked", 7, &outcome);
  CHECK(outcome.failed && outcome.error == FORBIDDEN);
  fields_set(fields, "host", 4, replacements, 1, &outcome);
  CHECK(outcome.failed && outcome.error == FORBIDDEN);
  handle_result made;
  field list[] = {{TEXT("x-a"), TEXT("1")}, {TEXT("x-b"), TEXT("2")}};
  fields_from_list(list, 2, &made);
  CHECK(!made.failed && fields_has(made.handle, "x-b", 3));
  list[1].name = TEXT("connection");
  fields_from_list(list, 2, &made);
  CHECK(made.failed);
  return 0;
}

static uint32_t check_request(void) {
  uint32_t headers = fields_new();
  header_result outcome;
  fields_append(headers, "x-one", 5, "1", 1, &outcome);
  uint32_t request = request_new(headers);
  name_or_text method;
  request_method(request, &method);
  CHECK(method.number == 0);
  CHECK(request_set_method(request, 9, "PURGE", 5) == 0);
  request_method(request, &method);
  CHECK(method.number == 9 && equal(method.other, TEXT("PURGE")));
  CHECK(request_set_method(request, 9, "NOT OK", 6) == 1);
  CHECK(request_set_method(request, 2, 0, 0) == 0);
  optional_text path;
  request_path(request, &path);
  CHECK(!path.is_there);
  CHECK(request_set_path(request, 1, "/a?b=c", 6) == 0);
  request_path(request, &path);
  CHECK(path.is_there && equal(path.value, TEXT("/a?b=c")));
  CHECK(request_set_path(request, 1, "/a\r\nb", 5) == 1);
  CHECK(request_set_path(request, 0, 0, 0) == 0);
  optional_name_or_text scheme;
  request_scheme(request, &scheme);
  CHECK(!scheme.is_there);
  CHECK(request_set_scheme(request, 1, 2, "ftp", 3) == 0);
  request_scheme(request, &scheme);
  CHECK(scheme.is_there && scheme.number == 2 && equal(scheme.other, TEXT("ftp")));
  CHECK(request_set_scheme(request, 1, 2, "no scheme", 9) == 1);
  CHECK(request_set_scheme(request, 1, 1, 0, 0) == 0);
  optional_text authority;
  CHECK(request_set_authority(request, 1, "user@host", 9) == 1);
  CHECK(request_set_authority(request, 1, "host:99999", 10) == 1);
  CHECK(request_set_authority(request, 1, "example.com:8080", 16) == 0);
  request_authority(request, &authority);
  CHECK(authority.is_there && equal(authority.value, TEXT("example.com:8080")));
  uint32_t seen = request_headers(request);
  CHECK(fields_has(seen, "x-one", 5));
  fields_append(seen, "x-two", 5, "1", 1, &outcome);
  CHECK(outcome.failed && outcome.error == IMMUTABLE);
  fields_delete(seen, "x-one", 5, &outcome);
  CHECK(outcome.failed && outcome.error == IMMUTABLE);
  fields_drop(seen);
  handle_result body, again;
  request_body(request, &body);
  request_body(request, &again);
  CHECK(!body.failed && again.failed);
  handle_result stream;
  outgoing_body_write(body.handle, &stream);
  CHECK(!stream.failed);
  outgoing_body_write(body.handle, &again);
  CHECK(again.failed);
  output_drop(stream.handle);
  outgoing_body_drop(body.handle);
  request_drop(request);
  return 0;
}

static uint32_t check_sizes(void) {
  uint32_t headers = fields_new();
  header_result outcome;
  fields_append(headers, "content-length", 14, "4", 1, &outcome);
  CHECK(!outcome.failed);
  uint32_t request = request_new(headers);
  handle_result body;
  request_body(request, &body);
  code_result finished;
  outgoing_body_finish(body.handle, 0, 0, &finished);
  // HTTP-request-body-size
  CHECK(finished.failed && finished.error.code == 17);
  request_drop(request);
  headers = fields_new();
  fields_append(headers, "content-length", 14, "2", 1, &outcome);
  request = request_new(headers);
  request_body(request, &body);
  handle_result stream;
  outgoing_body_write(body.handle, &stream);
  write_result written;
  blocking_write(stream.handle, "four", 4, &written);
  CHECK(written.failed && written.error == 0);
  error_drop(written.error_handle);
  return 0;
}

static uint32_t check_options(void) {
  uint32_t options = options_new();
  optional_u64 value;
  options_connect(options, &value);
  CHECK(!value.is_there);
  CHECK(options_set_connect(options, 1, 5) == 0);
  CHECK(options_set_first_byte(options, 1, 6) == 0);
  CHECK(options_set_between(options, 1, 7) == 0);
  options_connect(options, &value);
  CHECK(value.is_there && value.value == 5);
  options_first_byte(options, &value);
  CHECK(value.is_there && value.value == 6);
  options_between(options, &value);
  CHECK(value.is_there && value.value == 7);
  options_drop(options);
  return 0;
}

// A request that names no host, and one of a scheme that nobody has.
static uint32_t check_refusals(void) {
  code_result sent;
  uint32_t request = request_new(fields_new());
  handle(request, 0, 0, &sent);
  CHECK(sent.failed && sent.error.code == 19);
  request = request_new(fields_new());
  request_set_authority(request, 1, "a", 1);
  request_set_scheme(request, 1, 2, "ftp", 3);
  handle(request, 0, 0, &sent);
  CHECK(sent.failed && sent.error.code == 35);
  return 0;
}

// A request that is given up before its response, and one whose response nobody reads.
static uint32_t check_drops(void) {
  for (uint32_t reads = 0; reads < 2; reads++) {
    uint32_t request = request_new(fields_new());
    request_set_authority(request, 1, "a.example", 9);
    code_result sent;
    handle(request, 0, 0, &sent);
    CHECK(!sent.failed);
    future_result answer;
    if (reads) {
      future_get(sent.handle, &answer);
      if (answer.is_there && !answer.outer.inner.failed) response_drop(answer.outer.inner.handle);
    }
    future_drop(sent.handle);
  }
  return 0;
}

EXPORT("contracts") uint32_t contracts(void) {
  uint32_t line = check_fields();
  if (!line) line = check_request();
  if (!line) line = check_sizes();
  if (!line) line = check_options();
  if (!line) line = check_refusals();
  if (!line) line = check_drops();
  return line;
}
