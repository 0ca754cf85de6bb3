;; One export for each way in which code can trap. The functions have names, so that a backtrace can show them.
(module $traps
  (type $nothing (func))
  (type $number (func (result i32)))
  (memory 1 1)
  (table $table 4 4 funcref)
  (elem (table $table) (i32.const 0) func $answer)
  (global $zero (mut i32) (i32.const 0))
  (global $depth (mut i64) (i64.const 0))

  (func $answer (result i32) (i32.const 42))

  (func $give_up (unreachable))
  (func $unreachable (export "unreachable") (call $give_up))

  (func $load_past_the_end (result i32) (i32.load (i32.const 65534)))
  (func $memory_out_of_bounds (export "memory-out-of-bounds") (drop (call $load_past_the_end)))

  (func $fill_past_the_end (memory.fill (i32.const 65530) (i32.const 1) (i32.const 10)))
  (func $memory_fill_out_of_bounds (export "memory-fill-out-of-bounds") (call $fill_past_the_end))

  (func $get_past_the_end (result funcref) (table.get $table (i32.const 4)))
  (func $table_out_of_bounds (export "table-out-of-bounds") (drop (call $get_past_the_end)))

  (func $call_past_the_end (call_indirect $table (type $nothing) (i32.const 9)))
  (func $call_out_of_bounds (export "call-out-of-bounds") (call $call_past_the_end))

  (func $call_wrong_type (call_indirect $table (type $nothing) (i32.const 0)))
  (func $indirect_call_type_mismatch (export "indirect-call-type-mismatch") (call $call_wrong_type))

  (func $call_null (result i32) (call_indirect $table (type $number) (i32.const 1)))
  (func $null_table_entry (export "null-table-entry") (drop (call $call_null)))

  (func $divide (result i32) (i32.div_s (i32.const 1) (global.get $zero)))
  (func $integer_divide_by_zero (export "integer-divide-by-zero") (drop (call $divide)))

  (func $divide_smallest (result i32)
    (i32.div_s (i32.const 0x80000000) (i32.sub (global.get $zero) (i32.const 1))))
  (func $integer_overflow (export "integer-overflow") (drop (call $divide_smallest)))

  (func $convert_nan (result i32) (i32.trunc_f32_s (f32.const nan)))
  (func $bad_conversion (export "bad-conversion") (drop (call $convert_nan)))

  (func $convert_large (result i32) (i32.trunc_f64_s (f64.const 1e300)))
  (func $conversion_overflow (export "conversion-overflow") (drop (call $convert_large)))

  (func $descend (result i64)
    (global.set $depth (i64.add (global.get $depth) (i64.const 1)))
    (i64.add (call $descend) (global.get $depth)))
  (func $stack_overflow (export "stack-overflow") (drop (call $descend)))

  (func $load_misaligned (result i32) (i32.atomic.load (i32.const 1)))
  (func $misaligned_atomic (export "misaligned-atomic") (drop (call $load_misaligned)))

  (func $wait_unshared (result i32) (memory.atomic.wait32 (i32.const 0) (i32.const 0) (i64.const 0)))
  (func $wait_on_unshared_memory (export "wait-on-unshared-memory") (drop (call $wait_unshared))))
