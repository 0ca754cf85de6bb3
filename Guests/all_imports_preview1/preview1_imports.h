IMPORT("wasi_snapshot_preview1", "args_get") uint32_t import_0(i_type, i_type);
CALL_FUNCTION(0, import_0(i, i))
IMPORT("wasi_snapshot_preview1", "args_sizes_get") uint32_t import_1(i_type, i_type);
CALL_FUNCTION(1, import_1(i, i))
IMPORT("wasi_snapshot_preview1", "clock_res_get") uint32_t import_2(i_type, i_type);
CALL_FUNCTION(2, import_2(i, i))
IMPORT("wasi_snapshot_preview1", "clock_time_get") uint32_t import_3(i_type, l_type, i_type);
CALL_FUNCTION(3, import_3(i, l, i))
IMPORT("wasi_snapshot_preview1", "environ_get") uint32_t import_4(i_type, i_type);
CALL_FUNCTION(4, import_4(i, i))
IMPORT("wasi_snapshot_preview1", "environ_sizes_get") uint32_t import_5(i_type, i_type);
CALL_FUNCTION(5, import_5(i, i))
IMPORT("wasi_snapshot_preview1", "fd_advise") uint32_t import_6(i_type, l_type, l_type, i_type);
CALL_FUNCTION(6, import_6(i, l, l, i))
IMPORT("wasi_snapshot_preview1", "fd_allocate") uint32_t import_7(i_type, l_type, l_type);
CALL_FUNCTION(7, import_7(i, l, l))
IMPORT("wasi_snapshot_preview1", "fd_close") uint32_t import_8(i_type);
CALL_FUNCTION(8, import_8(i))
IMPORT("wasi_snapshot_preview1", "fd_datasync") uint32_t import_9(i_type);
CALL_FUNCTION(9, import_9(i))
IMPORT("wasi_snapshot_preview1", "fd_fdstat_get") uint32_t import_10(i_type, i_type);
CALL_FUNCTION(10, import_10(i, i))
IMPORT("wasi_snapshot_preview1", "fd_fdstat_set_flags") uint32_t import_11(i_type, i_type);
CALL_FUNCTION(11, import_11(i, i))
IMPORT("wasi_snapshot_preview1", "fd_fdstat_set_rights") uint32_t import_12(i_type, l_type, l_type);
CALL_FUNCTION(12, import_12(i, l, l))
IMPORT("wasi_snapshot_preview1", "fd_filestat_get") uint32_t import_13(i_type, i_type);
CALL_FUNCTION(13, import_13(i, i))
IMPORT("wasi_snapshot_preview1", "fd_filestat_set_size") uint32_t import_14(i_type, l_type);
CALL_FUNCTION(14, import_14(i, l))
IMPORT("wasi_snapshot_preview1", "fd_filestat_set_times") uint32_t import_15(i_type, l_type, l_type, i_type);
CALL_FUNCTION(15, import_15(i, l, l, i))
IMPORT("wasi_snapshot_preview1", "fd_pread") uint32_t import_16(i_type, i_type, i_type, l_type, i_type);
CALL_FUNCTION(16, import_16(i, i, i, l, i))
IMPORT("wasi_snapshot_preview1", "fd_prestat_dir_name") uint32_t import_17(i_type, i_type, i_type);
CALL_FUNCTION(17, import_17(i, i, i))
IMPORT("wasi_snapshot_preview1", "fd_prestat_get") uint32_t import_18(i_type, i_type);
CALL_FUNCTION(18, import_18(i, i))
IMPORT("wasi_snapshot_preview1", "fd_pwrite") uint32_t import_19(i_type, i_type, i_type, l_type, i_type);
CALL_FUNCTION(19, import_19(i, i, i, l, i))
IMPORT("wasi_snapshot_preview1", "fd_read") uint32_t import_20(i_type, i_type, i_type, i_type);
CALL_FUNCTION(20, import_20(i, i, i, i))
IMPORT("wasi_snapshot_preview1", "fd_readdir") uint32_t import_21(i_type, i_type, i_type, l_type, i_type);
CALL_FUNCTION(21, import_21(i, i, i, l, i))
IMPORT("wasi_snapshot_preview1", "fd_renumber") uint32_t import_22(i_type, i_type);
CALL_FUNCTION(22, import_22(i, i))
IMPORT("wasi_snapshot_preview1", "fd_seek") uint32_t import_23(i_type, l_type, i_type, i_type);
CALL_FUNCTION(23, import_23(i, l, i, i))
IMPORT("wasi_snapshot_preview1", "fd_sync") uint32_t import_24(i_type);
CALL_FUNCTION(24, import_24(i))
IMPORT("wasi_snapshot_preview1", "fd_tell") uint32_t import_25(i_type, i_type);
CALL_FUNCTION(25, import_25(i, i))
IMPORT("wasi_snapshot_preview1", "fd_write") uint32_t import_26(i_type, i_type, i_type, i_type);
CALL_FUNCTION(26, import_26(i, i, i, i))
IMPORT("wasi_snapshot_preview1", "path_create_directory") uint32_t import_27(i_type, i_type, i_type);
CALL_FUNCTION(27, import_27(i, i, i))
IMPORT("wasi_snapshot_preview1", "path_filestat_get") uint32_t import_28(i_type, i_type, i_type, i_type, i_type);
CALL_FUNCTION(28, import_28(i, i, i, i, i))
IMPORT("wasi_snapshot_preview1", "path_filestat_set_times") uint32_t import_29(i_type, i_type, i_type, i_type, l_type, l_type, i_type);
CALL_FUNCTION(29, import_29(i, i, i, i, l, l, i))
IMPORT("wasi_snapshot_preview1", "path_link") uint32_t import_30(i_type, i_type, i_type, i_type, i_type, i_type, i_type);
CALL_FUNCTION(30, import_30(i, i, i, i, i, i, i))
IMPORT("wasi_snapshot_preview1", "path_open") uint32_t import_31(i_type, i_type, i_type, i_type, i_type, l_type, l_type, i_type, i_type);
CALL_FUNCTION(31, import_31(i, i, i, i, i, l, l, i, i))
IMPORT("wasi_snapshot_preview1", "path_readlink") uint32_t import_32(i_type, i_type, i_type, i_type, i_type, i_type);
CALL_FUNCTION(32, import_32(i, i, i, i, i, i))
IMPORT("wasi_snapshot_preview1", "path_remove_directory") uint32_t import_33(i_type, i_type, i_type);
CALL_FUNCTION(33, import_33(i, i, i))
IMPORT("wasi_snapshot_preview1", "path_rename") uint32_t import_34(i_type, i_type, i_type, i_type, i_type, i_type);
CALL_FUNCTION(34, import_34(i, i, i, i, i, i))
IMPORT("wasi_snapshot_preview1", "path_symlink") uint32_t import_35(i_type, i_type, i_type, i_type, i_type);
CALL_FUNCTION(35, import_35(i, i, i, i, i))
IMPORT("wasi_snapshot_preview1", "path_unlink_file") uint32_t import_36(i_type, i_type, i_type);
CALL_FUNCTION(36, import_36(i, i, i))
IMPORT("wasi_snapshot_preview1", "poll_oneoff") uint32_t import_37(i_type, i_type, i_type, i_type);
CALL_FUNCTION(37, import_37(i, i, i, i))
IMPORT("wasi_snapshot_preview1", "proc_exit") void import_38(i_type);
CALL_NOTHING(38, import_38(i))
IMPORT("wasi_snapshot_preview1", "proc_raise") uint32_t import_39(i_type);
CALL_FUNCTION(39, import_39(i))
IMPORT("wasi_snapshot_preview1", "random_get") uint32_t import_40(i_type, i_type);
CALL_FUNCTION(40, import_40(i, i))
IMPORT("wasi_snapshot_preview1", "sched_yield") uint32_t import_41(void);
CALL_FUNCTION(41, import_41())
IMPORT("wasi_snapshot_preview1", "sock_accept") uint32_t import_42(i_type, i_type, i_type);
CALL_FUNCTION(42, import_42(i, i, i))
IMPORT("wasi_snapshot_preview1", "sock_recv") uint32_t import_43(i_type, i_type, i_type, i_type, i_type, i_type);
CALL_FUNCTION(43, import_43(i, i, i, i, i, i))
IMPORT("wasi_snapshot_preview1", "sock_send") uint32_t import_44(i_type, i_type, i_type, i_type, i_type);
CALL_FUNCTION(44, import_44(i, i, i, i, i))
IMPORT("wasi_snapshot_preview1", "sock_shutdown") uint32_t import_45(i_type, i_type);
CALL_FUNCTION(45, import_45(i, i))
static void (*const calls[])(void) = {
  call_0,
  call_1,
  call_2,
  call_3,
  call_4,
  call_5,
  call_6,
  call_7,
  call_8,
  call_9,
  call_10,
  call_11,
  call_12,
  call_13,
  call_14,
  call_15,
  call_16,
  call_17,
  call_18,
  call_19,
  call_20,
  call_21,
  call_22,
  call_23,
  call_24,
  call_25,
  call_26,
  call_27,
  call_28,
  call_29,
  call_30,
  call_31,
  call_32,
  call_33,
  call_34,
  call_35,
  call_36,
  call_37,
  call_38,
  call_39,
  call_40,
  call_41,
  call_42,
  call_43,
  call_44,
  call_45,
};
