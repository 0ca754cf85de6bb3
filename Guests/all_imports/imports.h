IMPORT(WASI("io/error"), "[method]error.to-debug-string") void import_0(i_type, i_type);
CALL_NOTHING(0, import_0(i, i))
IMPORT(WASI("io/error"), "[resource-drop]error") void import_1(i_type);
CALL_NOTHING(1, import_1(i))
IMPORT(WASI("io/poll"), "[method]pollable.ready") uint32_t import_2(i_type);
CALL_FUNCTION(2, import_2(i))
IMPORT(WASI("io/poll"), "[method]pollable.block") void import_3(i_type);
CALL_NOTHING(3, import_3(i))
IMPORT(WASI("io/poll"), "poll") void import_4(i_type, i_type, i_type);
CALL_NOTHING(4, import_4(i, i, i))
IMPORT(WASI("io/poll"), "[resource-drop]pollable") void import_5(i_type);
CALL_NOTHING(5, import_5(i))
IMPORT(WASI("io/streams"), "[method]input-stream.read") void import_6(i_type, l_type, i_type);
CALL_NOTHING(6, import_6(i, l, i))
IMPORT(WASI("io/streams"), "[method]input-stream.blocking-read") void import_7(i_type, l_type, i_type);
CALL_NOTHING(7, import_7(i, l, i))
IMPORT(WASI("io/streams"), "[method]input-stream.skip") void import_8(i_type, l_type, i_type);
CALL_NOTHING(8, import_8(i, l, i))
IMPORT(WASI("io/streams"), "[method]input-stream.blocking-skip") void import_9(i_type, l_type, i_type);
CALL_NOTHING(9, import_9(i, l, i))
IMPORT(WASI("io/streams"), "[method]input-stream.subscribe") uint32_t import_10(i_type);
CALL_FUNCTION(10, import_10(i))
IMPORT(WASI("io/streams"), "[method]output-stream.check-write") void import_11(i_type, i_type);
CALL_NOTHING(11, import_11(i, i))
IMPORT(WASI("io/streams"), "[method]output-stream.write") void import_12(i_type, i_type, i_type, i_type);
CALL_NOTHING(12, import_12(i, i, i, i))
IMPORT(WASI("io/streams"), "[method]output-stream.blocking-write-and-flush") void import_13(i_type, i_type, i_type, i_type);
CALL_NOTHING(13, import_13(i, i, i, i))
IMPORT(WASI("io/streams"), "[method]output-stream.flush") void import_14(i_type, i_type);
CALL_NOTHING(14, import_14(i, i))
IMPORT(WASI("io/streams"), "[method]output-stream.blocking-flush") void import_15(i_type, i_type);
CALL_NOTHING(15, import_15(i, i))
IMPORT(WASI("io/streams"), "[method]output-stream.write-zeroes") void import_16(i_type, l_type, i_type);
CALL_NOTHING(16, import_16(i, l, i))
IMPORT(WASI("io/streams"), "[method]output-stream.blocking-write-zeroes-and-flush") void import_17(i_type, l_type, i_type);
CALL_NOTHING(17, import_17(i, l, i))
IMPORT(WASI("io/streams"), "[method]output-stream.splice") void import_18(i_type, i_type, l_type, i_type);
CALL_NOTHING(18, import_18(i, i, l, i))
IMPORT(WASI("io/streams"), "[method]output-stream.blocking-splice") void import_19(i_type, i_type, l_type, i_type);
CALL_NOTHING(19, import_19(i, i, l, i))
IMPORT(WASI("io/streams"), "[method]output-stream.subscribe") uint32_t import_20(i_type);
CALL_FUNCTION(20, import_20(i))
IMPORT(WASI("io/streams"), "[resource-drop]input-stream") void import_21(i_type);
CALL_NOTHING(21, import_21(i))
IMPORT(WASI("io/streams"), "[resource-drop]output-stream") void import_22(i_type);
CALL_NOTHING(22, import_22(i))
IMPORT(WASI("cli/environment"), "get-environment") void import_23(i_type);
CALL_NOTHING(23, import_23(i))
IMPORT(WASI("cli/environment"), "get-arguments") void import_24(i_type);
CALL_NOTHING(24, import_24(i))
IMPORT(WASI("cli/environment"), "initial-cwd") void import_25(i_type);
CALL_NOTHING(25, import_25(i))
IMPORT(WASI("cli/exit"), "exit") void import_26(i_type);
CALL_NOTHING(26, import_26(i))
IMPORT(WASI("cli/exit"), "exit-with-code") void import_27(i_type);
CALL_NOTHING(27, import_27(i))
IMPORT(WASI("cli/stdin"), "get-stdin") uint32_t import_28(void);
CALL_FUNCTION(28, import_28())
IMPORT(WASI("cli/stdout"), "get-stdout") uint32_t import_29(void);
CALL_FUNCTION(29, import_29())
IMPORT(WASI("cli/stderr"), "get-stderr") uint32_t import_30(void);
CALL_FUNCTION(30, import_30())
IMPORT(WASI("cli/terminal-input"), "[resource-drop]terminal-input") void import_31(i_type);
CALL_NOTHING(31, import_31(i))
IMPORT(WASI("cli/terminal-output"), "[resource-drop]terminal-output") void import_32(i_type);
CALL_NOTHING(32, import_32(i))
IMPORT(WASI("cli/terminal-stdin"), "get-terminal-stdin") void import_33(i_type);
CALL_NOTHING(33, import_33(i))
IMPORT(WASI("cli/terminal-stdout"), "get-terminal-stdout") void import_34(i_type);
CALL_NOTHING(34, import_34(i))
IMPORT(WASI("cli/terminal-stderr"), "get-terminal-stderr") void import_35(i_type);
CALL_NOTHING(35, import_35(i))
IMPORT(WASI("clocks/monotonic-clock"), "now") uint64_t import_36(void);
CALL_FUNCTION(36, import_36())
IMPORT(WASI("clocks/monotonic-clock"), "resolution") uint64_t import_37(void);
CALL_FUNCTION(37, import_37())
IMPORT(WASI("clocks/monotonic-clock"), "subscribe-instant") uint32_t import_38(l_type);
CALL_FUNCTION(38, import_38(l))
IMPORT(WASI("clocks/monotonic-clock"), "subscribe-duration") uint32_t import_39(l_type);
CALL_FUNCTION(39, import_39(l))
IMPORT(WASI("clocks/wall-clock"), "now") void import_40(i_type);
CALL_NOTHING(40, import_40(i))
IMPORT(WASI("clocks/wall-clock"), "resolution") void import_41(i_type);
CALL_NOTHING(41, import_41(i))
IMPORT(WASI("random/random"), "get-random-bytes") void import_42(l_type, i_type);
CALL_NOTHING(42, import_42(l, i))
IMPORT(WASI("random/random"), "get-random-u64") uint64_t import_43(void);
CALL_FUNCTION(43, import_43())
IMPORT(WASI("random/insecure"), "get-insecure-random-bytes") void import_44(l_type, i_type);
CALL_NOTHING(44, import_44(l, i))
IMPORT(WASI("random/insecure"), "get-insecure-random-u64") uint64_t import_45(void);
CALL_FUNCTION(45, import_45())
IMPORT(WASI("random/insecure-seed"), "insecure-seed") void import_46(i_type);
CALL_NOTHING(46, import_46(i))
IMPORT(WASI("filesystem/types"), "[method]descriptor.sync") void import_47(i_type, i_type);
CALL_NOTHING(47, import_47(i, i))
IMPORT(WASI("filesystem/types"), "[resource-drop]descriptor") void import_48(i_type);
CALL_NOTHING(48, import_48(i))
IMPORT(WASI("filesystem/preopens"), "get-directories") void import_49(i_type);
CALL_NOTHING(49, import_49(i))
IMPORT(WASI("sockets/network"), "network-error-code") void import_50(i_type, i_type);
CALL_NOTHING(50, import_50(i, i))
IMPORT(WASI("sockets/network"), "[resource-drop]network") void import_51(i_type);
CALL_NOTHING(51, import_51(i))
IMPORT(WASI("sockets/instance-network"), "instance-network") uint32_t import_52(void);
CALL_FUNCTION(52, import_52())
IMPORT(WASI("sockets/tcp"), "[method]tcp-socket.start-bind") void import_53(i_type, i_type, i_type, i_type, i_type, i_type, i_type, i_type, i_type, i_type, i_type, i_type, i_type, i_type, i_type);
CALL_NOTHING(53, import_53(i, i, i, i, i, i, i, i, i, i, i, i, i, i, i))
IMPORT(WASI("sockets/tcp"), "[method]tcp-socket.finish-bind") void import_54(i_type, i_type);
CALL_NOTHING(54, import_54(i, i))
IMPORT(WASI("sockets/tcp"), "[method]tcp-socket.start-connect") void import_55(i_type, i_type, i_type, i_type, i_type, i_type, i_type, i_type, i_type, i_type, i_type, i_type, i_type, i_type, i_type);
CALL_NOTHING(55, import_55(i, i, i, i, i, i, i, i, i, i, i, i, i, i, i))
IMPORT(WASI("sockets/tcp"), "[method]tcp-socket.finish-connect") void import_56(i_type, i_type);
CALL_NOTHING(56, import_56(i, i))
IMPORT(WASI("sockets/tcp"), "[method]tcp-socket.start-listen") void import_57(i_type, i_type);
CALL_NOTHING(57, import_57(i, i))
IMPORT(WASI("sockets/tcp"), "[method]tcp-socket.finish-listen") void import_58(i_type, i_type);
CALL_NOTHING(58, import_58(i, i))
IMPORT(WASI("sockets/tcp"), "[method]tcp-socket.accept") void import_59(i_type, i_type);
CALL_NOTHING(59, import_59(i, i))
IMPORT(WASI("sockets/tcp"), "[method]tcp-socket.local-address") void import_60(i_type, i_type);
CALL_NOTHING(60, import_60(i, i))
IMPORT(WASI("sockets/tcp"), "[method]tcp-socket.remote-address") void import_61(i_type, i_type);
CALL_NOTHING(61, import_61(i, i))
IMPORT(WASI("sockets/tcp"), "[method]tcp-socket.is-listening") uint32_t import_62(i_type);
CALL_FUNCTION(62, import_62(i))
IMPORT(WASI("sockets/tcp"), "[method]tcp-socket.address-family") uint32_t import_63(i_type);
CALL_FUNCTION(63, import_63(i))
IMPORT(WASI("sockets/tcp"), "[method]tcp-socket.set-listen-backlog-size") void import_64(i_type, l_type, i_type);
CALL_NOTHING(64, import_64(i, l, i))
IMPORT(WASI("sockets/tcp"), "[method]tcp-socket.keep-alive-enabled") void import_65(i_type, i_type);
CALL_NOTHING(65, import_65(i, i))
IMPORT(WASI("sockets/tcp"), "[method]tcp-socket.set-keep-alive-enabled") void import_66(i_type, i_type, i_type);
CALL_NOTHING(66, import_66(i, i, i))
IMPORT(WASI("sockets/tcp"), "[method]tcp-socket.keep-alive-idle-time") void import_67(i_type, i_type);
CALL_NOTHING(67, import_67(i, i))
IMPORT(WASI("sockets/tcp"), "[method]tcp-socket.set-keep-alive-idle-time") void import_68(i_type, l_type, i_type);
CALL_NOTHING(68, import_68(i, l, i))
IMPORT(WASI("sockets/tcp"), "[method]tcp-socket.keep-alive-interval") void import_69(i_type, i_type);
CALL_NOTHING(69, import_69(i, i))
IMPORT(WASI("sockets/tcp"), "[method]tcp-socket.set-keep-alive-interval") void import_70(i_type, l_type, i_type);
CALL_NOTHING(70, import_70(i, l, i))
IMPORT(WASI("sockets/tcp"), "[method]tcp-socket.keep-alive-count") void import_71(i_type, i_type);
CALL_NOTHING(71, import_71(i, i))
IMPORT(WASI("sockets/tcp"), "[method]tcp-socket.set-keep-alive-count") void import_72(i_type, i_type, i_type);
CALL_NOTHING(72, import_72(i, i, i))
IMPORT(WASI("sockets/tcp"), "[method]tcp-socket.hop-limit") void import_73(i_type, i_type);
CALL_NOTHING(73, import_73(i, i))
IMPORT(WASI("sockets/tcp"), "[method]tcp-socket.set-hop-limit") void import_74(i_type, i_type, i_type);
CALL_NOTHING(74, import_74(i, i, i))
IMPORT(WASI("sockets/tcp"), "[method]tcp-socket.receive-buffer-size") void import_75(i_type, i_type);
CALL_NOTHING(75, import_75(i, i))
IMPORT(WASI("sockets/tcp"), "[method]tcp-socket.set-receive-buffer-size") void import_76(i_type, l_type, i_type);
CALL_NOTHING(76, import_76(i, l, i))
IMPORT(WASI("sockets/tcp"), "[method]tcp-socket.send-buffer-size") void import_77(i_type, i_type);
CALL_NOTHING(77, import_77(i, i))
IMPORT(WASI("sockets/tcp"), "[method]tcp-socket.set-send-buffer-size") void import_78(i_type, l_type, i_type);
CALL_NOTHING(78, import_78(i, l, i))
IMPORT(WASI("sockets/tcp"), "[method]tcp-socket.subscribe") uint32_t import_79(i_type);
CALL_FUNCTION(79, import_79(i))
IMPORT(WASI("sockets/tcp"), "[method]tcp-socket.shutdown") void import_80(i_type, i_type, i_type);
CALL_NOTHING(80, import_80(i, i, i))
IMPORT(WASI("sockets/tcp"), "[resource-drop]tcp-socket") void import_81(i_type);
CALL_NOTHING(81, import_81(i))
IMPORT(WASI("sockets/tcp-create-socket"), "create-tcp-socket") void import_82(i_type, i_type);
CALL_NOTHING(82, import_82(i, i))
IMPORT(WASI("sockets/udp"), "[method]udp-socket.start-bind") void import_83(i_type, i_type, i_type, i_type, i_type, i_type, i_type, i_type, i_type, i_type, i_type, i_type, i_type, i_type, i_type);
CALL_NOTHING(83, import_83(i, i, i, i, i, i, i, i, i, i, i, i, i, i, i))
IMPORT(WASI("sockets/udp"), "[method]udp-socket.finish-bind") void import_84(i_type, i_type);
CALL_NOTHING(84, import_84(i, i))
IMPORT(WASI("sockets/udp"), "[method]udp-socket.stream") void import_85(i_type, i_type, i_type, i_type, i_type, i_type, i_type, i_type, i_type, i_type, i_type, i_type, i_type, i_type, i_type);
CALL_NOTHING(85, import_85(i, i, i, i, i, i, i, i, i, i, i, i, i, i, i))
IMPORT(WASI("sockets/udp"), "[method]udp-socket.local-address") void import_86(i_type, i_type);
CALL_NOTHING(86, import_86(i, i))
IMPORT(WASI("sockets/udp"), "[method]udp-socket.remote-address") void import_87(i_type, i_type);
CALL_NOTHING(87, import_87(i, i))
IMPORT(WASI("sockets/udp"), "[method]udp-socket.address-family") uint32_t import_88(i_type);
CALL_FUNCTION(88, import_88(i))
IMPORT(WASI("sockets/udp"), "[method]udp-socket.unicast-hop-limit") void import_89(i_type, i_type);
CALL_NOTHING(89, import_89(i, i))
IMPORT(WASI("sockets/udp"), "[method]udp-socket.set-unicast-hop-limit") void import_90(i_type, i_type, i_type);
CALL_NOTHING(90, import_90(i, i, i))
IMPORT(WASI("sockets/udp"), "[method]udp-socket.receive-buffer-size") void import_91(i_type, i_type);
CALL_NOTHING(91, import_91(i, i))
IMPORT(WASI("sockets/udp"), "[method]udp-socket.set-receive-buffer-size") void import_92(i_type, l_type, i_type);
CALL_NOTHING(92, import_92(i, l, i))
IMPORT(WASI("sockets/udp"), "[method]udp-socket.send-buffer-size") void import_93(i_type, i_type);
CALL_NOTHING(93, import_93(i, i))
IMPORT(WASI("sockets/udp"), "[method]udp-socket.set-send-buffer-size") void import_94(i_type, l_type, i_type);
CALL_NOTHING(94, import_94(i, l, i))
IMPORT(WASI("sockets/udp"), "[method]udp-socket.subscribe") uint32_t import_95(i_type);
CALL_FUNCTION(95, import_95(i))
IMPORT(WASI("sockets/udp"), "[method]incoming-datagram-stream.receive") void import_96(i_type, l_type, i_type);
CALL_NOTHING(96, import_96(i, l, i))
IMPORT(WASI("sockets/udp"), "[method]incoming-datagram-stream.subscribe") uint32_t import_97(i_type);
CALL_FUNCTION(97, import_97(i))
IMPORT(WASI("sockets/udp"), "[method]outgoing-datagram-stream.check-send") void import_98(i_type, i_type);
CALL_NOTHING(98, import_98(i, i))
IMPORT(WASI("sockets/udp"), "[method]outgoing-datagram-stream.send") void import_99(i_type, i_type, i_type, i_type);
CALL_NOTHING(99, import_99(i, i, i, i))
IMPORT(WASI("sockets/udp"), "[method]outgoing-datagram-stream.subscribe") uint32_t import_100(i_type);
CALL_FUNCTION(100, import_100(i))
IMPORT(WASI("sockets/udp"), "[resource-drop]udp-socket") void import_101(i_type);
CALL_NOTHING(101, import_101(i))
IMPORT(WASI("sockets/udp"), "[resource-drop]incoming-datagram-stream") void import_102(i_type);
CALL_NOTHING(102, import_102(i))
IMPORT(WASI("sockets/udp"), "[resource-drop]outgoing-datagram-stream") void import_103(i_type);
CALL_NOTHING(103, import_103(i))
IMPORT(WASI("sockets/udp-create-socket"), "create-udp-socket") void import_104(i_type, i_type);
CALL_NOTHING(104, import_104(i, i))
IMPORT(WASI("sockets/ip-name-lookup"), "[method]resolve-address-stream.resolve-next-address") void import_105(i_type, i_type);
CALL_NOTHING(105, import_105(i, i))
IMPORT(WASI("sockets/ip-name-lookup"), "[method]resolve-address-stream.subscribe") uint32_t import_106(i_type);
CALL_FUNCTION(106, import_106(i))
IMPORT(WASI("sockets/ip-name-lookup"), "resolve-addresses") void import_107(i_type, i_type, i_type, i_type);
CALL_NOTHING(107, import_107(i, i, i, i))
IMPORT(WASI("sockets/ip-name-lookup"), "[resource-drop]resolve-address-stream") void import_108(i_type);
CALL_NOTHING(108, import_108(i))
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
  call_46,
  call_47,
  call_48,
  call_49,
  call_50,
  call_51,
  call_52,
  call_53,
  call_54,
  call_55,
  call_56,
  call_57,
  call_58,
  call_59,
  call_60,
  call_61,
  call_62,
  call_63,
  call_64,
  call_65,
  call_66,
  call_67,
  call_68,
  call_69,
  call_70,
  call_71,
  call_72,
  call_73,
  call_74,
  call_75,
  call_76,
  call_77,
  call_78,
  call_79,
  call_80,
  call_81,
  call_82,
  call_83,
  call_84,
  call_85,
  call_86,
  call_87,
  call_88,
  call_89,
  call_90,
  call_91,
  call_92,
  call_93,
  call_94,
  call_95,
  call_96,
  call_97,
  call_98,
  call_99,
  call_100,
  call_101,
  call_102,
  call_103,
  call_104,
  call_105,
  call_106,
  call_107,
  call_108,
};
