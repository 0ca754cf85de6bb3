(module $spin_start
  (func $start (loop $forever (br $forever)))
  (func $run (export "run"))
  (start $start))
