%% The reference for the rows about processes: the same work in Erlang, timed inside.
%% erl +S N:N -noshell -pa DIR -run wippy_bench main ROW COUNT: one line, nanoseconds by operation.
-module(wippy_bench).
-export([main/1, init/1, start_crasher/1]).

main([Row, Count]) ->
    N = list_to_integer(Count),
    %% The first time warms up.
    _ = measure(Row, max(1, N div 10)),
    io:format("~.3f~n", [measure(Row, N)]),
    halt(0).

%% From the end of a supervised child to the start of the next one: a quantile of N restarts.
measure("supervisor-restart-p50", N) -> quantile(restarts(N), 0.5);
measure("supervisor-restart-p99", N) -> quantile(restarts(N), 0.99);
%% Processes that wait: bytes of each.
measure("parked-bytes", N) ->
    Before = erlang:memory(processes),
    Pids = [spawn(fun() -> receive stop -> ok end end) || _ <- lists:seq(1, N)],
    Bytes = (erlang:memory(processes) - Before) / N,
    [Pid ! stop || Pid <- Pids],
    Bytes;
measure(Row, N) ->
    Caller = self(),
    %% In a process of its own, with a small heap and an empty mailbox.
    spawn(fun() ->
        Start = erlang:monotonic_time(nanosecond),
        run(Row, N),
        Caller ! {took, erlang:monotonic_time(nanosecond) - Start}
    end),
    receive {took, Time} -> Time / N end.

%% A message there and back, N times.
run("round-trip", N) ->
    Self = self(),
    Peer = spawn_link(fun() -> echo(Self, N) end),
    ping(Peer, N);
%% Spawn, end, and the monitor hears of it, N times.
run("spawn", 0) -> ok;
run("spawn", N) ->
    {_, Ref} = spawn_monitor(fun() -> ok end),
    receive {'DOWN', Ref, process, _, normal} -> run("spawn", N - 1) end;
%% Eight senders, one receiver, N messages in all.
run("fan-in", N) ->
    Self = self(),
    [spawn_link(fun() -> produce(Self, N div 8) end) || _ <- lists:seq(1, 8)],
    consume((N div 8) * 8).

ping(_, 0) -> ok;
ping(Peer, N) ->
    Peer ! {self(), N},
    receive {Peer, N} -> ping(Peer, N - 1) end.

echo(_, 0) -> ok;
echo(Peer, N) ->
    receive {Peer, M} -> Peer ! {self(), M}, echo(Peer, N - 1) end.

produce(_, 0) -> ok;
produce(To, N) ->
    To ! {self(), N},
    produce(To, N - 1).

consume(0) -> ok;
consume(N) -> receive {_, _} -> consume(N - 1) end.

quantile(Times, Share) ->
    float(lists:nth(max(1, round(Share * length(Times))), lists:sort(Times))).

%% A supervisor looks at all of its restarts within the period, so each has a hundred only.
restarts(N) ->
    logger:set_primary_config(level, none),
    process_flag(trap_exit, true),
    lists:append([batch() || _ <- lists:seq(1, max(1, N div 100))]).

batch() ->
    {ok, Supervisor} = supervisor:start_link(?MODULE, self()),
    Times = restarts(100, undefined, []),
    unlink(Supervisor),
    exit(Supervisor, kill),
    Times.

restarts(N, Crash, Times) ->
    receive
        {child, _, Started} when N =:= 0 -> [Started - Crash | Times];
        {child, Pid, Started} ->
            Pid ! {crash, self()},
            receive {crashing, Time} -> ok end,
            restarts(N - 1, Time, case Crash of undefined -> Times; _ -> [Started - Crash | Times] end)
    end.

init(Caller) ->
    {ok, {#{intensity => 1 bsl 40, period => 1},
          [#{id => child, start => {?MODULE, start_crasher, [Caller]}}]}}.

start_crasher(Caller) ->
    {ok, spawn_link(fun() ->
        Caller ! {child, self(), erlang:monotonic_time(nanosecond)},
        receive {crash, From} -> From ! {crashing, erlang:monotonic_time(nanosecond)}, exit(crash) end
    end)}.
