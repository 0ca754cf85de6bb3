;; A start function that calls preview 1, as AssemblyScript makes them; `run` says how often it ran.
(module
  (import "wasi_snapshot_preview1" "fd_write" (func $fd_write (param i32 i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "proc_exit" (func $proc_exit (param i32)))
  (import "wasi_snapshot_preview1" "environ_sizes_get" (func $environ_sizes_get (param i32 i32) (result i32)))
  (memory (export "memory") 1)
  (global $starts (mut i32) (i32.const 0))
  (data (i32.const 0) "\10\00\00\00\0f\00\00\00")
  (data (i32.const 16) "Before _start.\0a")
  (func $start
    (if (call $fd_write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 8)) (then (unreachable)))
    (if (call $environ_sizes_get (i32.const 64) (i32.const 68)) (then (unreachable)))
    ;; Any variable at all ends it here.
    (if (i32.load (i32.const 64)) (then (call $proc_exit (i32.const 9))))
    (global.set $starts (i32.add (global.get $starts) (i32.const 1))))
  (func (export "run") (result i32) (global.get $starts))
  (start $start))
