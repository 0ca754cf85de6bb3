;; 16 MiB from the beginning: more than a small limit allows.
(module $big_memory
  (memory (export "memory") 256)
  (func $size (export "size") (result i32) (memory.size)))
