;; A component that sleeps in another component: `nap` of the outer one calls `sleep` of the inner one, which waits for
;; a timer. `greet` passes a string through both, and `spin` computes in the inner one.
(component $composed
  (import "wasi:io/poll@0.2.0" (instance $poll
    (export "pollable" (type $pollable (sub resource)))
    (export "[method]pollable.block" (func (param "self" (borrow $pollable))))))
  (alias export $poll "pollable" (type $pollable))
  (import "wasi:clocks/monotonic-clock@0.2.0" (instance $clock
    (alias outer $composed $pollable (type $outer-pollable))
    (export "pollable" (type $p (eq $outer-pollable)))
    (export "subscribe-duration" (func (param "when" u64) (result (own $p))))))

  (component $Sleeper
    (import "poll" (instance $poll
      (export "pollable" (type $pollable (sub resource)))
      (export "[method]pollable.block" (func (param "self" (borrow $pollable))))))
    (alias export $poll "pollable" (type $pollable))
    (import "subscribe" (func $subscribe (param "when" u64) (result (own $pollable))))
    (canon lower (func $poll "[method]pollable.block") (core func $block))
    (canon lower (func $subscribe) (core func $subscribe'))
    (canon resource.drop $pollable (core func $drop))
    (core module $Code
      (import "" "block" (func $block (param i32)))
      (import "" "subscribe" (func $subscribe (param i64) (result i32)))
      (import "" "drop" (func $drop (param i32)))
      (memory (export "memory") 1)
      (global $naps (mut i32) (i32.const 0))
      (global $free (mut i32) (i32.const 1024))
      (func (export "realloc") (param $old i32) (param $old-size i32) (param i32) (param $size i32) (result i32)
        (if (i32.le_u (local.get $size) (local.get $old-size)) (then (return (local.get $old))))
        (memory.copy (global.get $free) (local.get $old) (local.get $old-size))
        (global.get $free)
        (global.set $free (i32.add (global.get $free) (local.get $size))))
      (func (export "sleep") (param $milliseconds i32) (result i32)
        (local $pollable i32)
        (local.set $pollable
          (call $subscribe (i64.mul (i64.extend_i32_u (local.get $milliseconds)) (i64.const 1000000))))
        (call $block (local.get $pollable))
        (call $drop (local.get $pollable))
        (global.set $naps (i32.add (global.get $naps) (i32.const 1)))
        (global.get $naps))
      (func (export "greet") (param $name i32) (param $length i32) (result i32)
        (i32.store (i32.const 8) (i32.const 7))
        (memory.copy (i32.const 64) (i32.const 16) (i32.const 7))
        (memory.copy (i32.const 71) (local.get $name) (local.get $length))
        (i32.store (i32.const 0) (i32.const 64))
        (i32.store (i32.const 4) (i32.add (i32.const 7) (local.get $length)))
        (i32.const 0))
      (func (export "spin") (loop $again (br $again)))
      (data (i32.const 16) "Hello, "))
    (core instance $code (instantiate $Code (with "" (instance
      (export "block" (func $block)) (export "subscribe" (func $subscribe')) (export "drop" (func $drop))))))
    (func (export "sleep") (param "milliseconds" u32) (result u32) (canon lift (core func $code "sleep")))
    (func (export "greet") (param "name" string) (result string)
      (canon lift (core func $code "greet") (memory (core memory $code "memory")) (realloc (core func $code "realloc"))))
    (func (export "spin") (canon lift (core func $code "spin"))))

  (component $Napper
    (import "sleep" (func $sleep (param "milliseconds" u32) (result u32)))
    (import "greet" (func $greet (param "name" string) (result string)))
    (import "spin" (func $spin))
    (core module $Allocator
      (memory (export "memory") 1)
      (global $free (mut i32) (i32.const 1024))
      (func (export "realloc") (param $old i32) (param $old-size i32) (param i32) (param $size i32) (result i32)
        (if (i32.le_u (local.get $size) (local.get $old-size)) (then (return (local.get $old))))
        (memory.copy (global.get $free) (local.get $old) (local.get $old-size))
        (global.get $free)
        (global.set $free (i32.add (global.get $free) (local.get $size)))))
    (core instance $allocator (instantiate $Allocator))
    (canon lower (func $sleep) (core func $sleep'))
    (canon lower (func $greet) string-encoding=utf16
      (memory (core memory $allocator "memory")) (realloc (core func $allocator "realloc")) (core func $greet'))
    (canon lower (func $spin) (core func $spin'))
    (core module $Code
      (import "" "sleep" (func $sleep (param i32) (result i32)))
      (import "" "greet" (func $greet (param i32 i32 i32)))
      (import "" "spin" (func $spin))
      (func (export "nap") (param i32) (result i32)
        (drop (call $sleep (local.get 0)))
        (call $sleep (local.get 0)))
      (func (export "greet") (param i32 i32) (result i32)
        (call $greet (local.get 0) (local.get 1) (i32.const 256))
        (i32.const 256))
      (func (export "spin") (call $spin)))
    (core instance $code (instantiate $Code (with "" (instance
      (export "sleep" (func $sleep')) (export "greet" (func $greet')) (export "spin" (func $spin'))))))
    (func (export "nap") (param "milliseconds" u32) (result u32) (canon lift (core func $code "nap")))
    (func (export "greet") (param "name" string) (result string)
      (canon lift (core func $code "greet") string-encoding=utf16
        (memory (core memory $allocator "memory")) (realloc (core func $allocator "realloc"))))
    (func (export "spin") (canon lift (core func $code "spin"))))

  (instance $sleeper (instantiate $Sleeper
    (with "poll" (instance $poll))
    (with "subscribe" (func $clock "subscribe-duration"))))
  (instance $napper (instantiate $Napper
    (with "sleep" (func $sleeper "sleep"))
    (with "greet" (func $sleeper "greet"))
    (with "spin" (func $sleeper "spin"))))
  (func (export "nap") (alias export $napper "nap"))
  (func (export "greet") (alias export $napper "greet"))
  (func (export "spin") (alias export $napper "spin")))
