%% Runs the scenarios of this suite on Erlang/OTP, and writes what happened. See ../README.md.
-module(conformance).
-export([main/1, init/1, start_supervisor/3, start_actor/4]).

-record(scenario, {name, supervisors = #{}, steps = []}).
-record(supervisor, {name, strategy, intensity = 1, period = 5, children = []}).
-record(child, {id, restart = permanent, shutdown, is_supervisor = false, options = #{}}).
-record(trace, {counts = #{}, pids = #{}, labels = #{}, roots = #{}, lanes = #{}, watched = #{}, lines = []}).

main([Directory | Files]) ->
    logger:set_primary_config(level, none),
    lists:foreach(fun(File) -> record(Directory, File) end, Files),
    halt(0).

record(Directory, File) ->
    {ok, Text} = file:read_file(File),
    Scenarios = parse(string:split(binary_to_list(Text), "\n", all)),
    Out = filename:join(Directory, filename:basename(File, ".scenario") ++ ".trace"),
    ok = file:write_file(Out, [run(Scenario) || Scenario <- Scenarios]).

%% Parsing

parse(Lines) ->
    Words = [string:lexemes(hd(string:split(Line, "#")), " \t\r") || Line <- Lines],
    [finish(S) || S <- lists:reverse(lists:foldl(fun parse_line/2, [], [W || W <- Words, W =/= []]))].

finish(#scenario{steps = Steps} = S) -> S#scenario{steps = lists:reverse(Steps)}.

parse_line(["scenario", Name], All) ->
    [#scenario{name = Name} | All];
parse_line(["supervisor", Name, Strategy | Options], [S | All]) ->
    Sup = lists:foldl(
        fun(Option, Acc) ->
            case string:split(Option, "=") of
                ["intensity", N] -> Acc#supervisor{intensity = list_to_integer(N)};
                ["period", N] -> Acc#supervisor{period = list_to_integer(N)}
            end
        end,
        #supervisor{name = Name, strategy = list_to_atom(Strategy)}, Options),
    put(current, Name),
    [S#scenario{supervisors = (S#scenario.supervisors)#{Name => Sup}} | All];
parse_line(["child", Id | Options], [S | All]) ->
    Name = get(current),
    Sup = maps:get(Name, S#scenario.supervisors),
    Children = Sup#supervisor.children ++ [parse_child(Id, Options)],
    [S#scenario{supervisors = (S#scenario.supervisors)#{Name => Sup#supervisor{children = Children}}} | All];
parse_line(Step, [S | All]) ->
    [S#scenario{steps = [Step | S#scenario.steps]} | All].

parse_child(Id, Options) ->
    Child = lists:foldl(fun child_option/2, #child{id = Id, options = parse_options(Options)}, Options),
    case Child of
        #child{shutdown = undefined, is_supervisor = true} -> Child#child{shutdown = infinity};
        #child{shutdown = undefined} -> Child#child{shutdown = 5000};
        _ -> Child
    end.

child_option("permanent", C) -> C#child{restart = permanent};
child_option("transient", C) -> C#child{restart = transient};
child_option("temporary", C) -> C#child{restart = temporary};
child_option("supervisor", C) -> C#child{is_supervisor = true};
child_option("shutdown=brutal_kill", C) -> C#child{shutdown = brutal_kill};
child_option("shutdown=infinity", C) -> C#child{shutdown = infinity};
child_option("shutdown=" ++ N, C) -> C#child{shutdown = list_to_integer(N)};
child_option(_, C) -> C.

%% Options of an actor: traps, stops, fails.
parse_options(Options) ->
    lists:foldl(
        fun
            ("traps", O) -> O#{traps => true};
            ("stops=never", O) -> O#{traps => true, stops => never};
            ("stops=" ++ N, O) -> O#{traps => true, stops => list_to_integer(N)};
            ("fails=all", O) -> O#{fails => all};
            ("fails=" ++ Ns, O) -> O#{fails => [list_to_integer(N) || N <- string:lexemes(Ns, ",")]};
            (_, O) -> O
        end, #{}, Options).

%% One scenario

run(#scenario{name = Name, supervisors = Sups, steps = Steps} = Scenario) ->
    Roots = maps:from_list([{N, root_of(N, Sups)} || N <- maps:keys(Sups)]),
    Trace = spawn(fun() -> trace(#trace{roots = Roots}) end),
    Root = spawn(fun() -> process_flag(trap_exit, true), root(Trace, Scenario) end),
    Blocks = [step(Step, Trace, Root, Scenario) || Step <- Steps],
    call(Trace, kill_all),
    exit(Root, kill),
    exit(Trace, kill),
    timer:sleep(5),
    ["scenario ", Name, "\n", Blocks, "\n"].

root_of(Name, Sups) ->
    Parents = [P || {P, #supervisor{children = Cs}} <- maps:to_list(Sups), #child{id = Id, is_supervisor = true} <- Cs,
                    Id =:= Name],
    case Parents of
        [] -> Name;
        [Parent | _] -> root_of(Parent, Sups)
    end.

step(["unordered" | Step], Trace, Root, Scenario) ->
    do(Step, Trace, Root, Scenario),
    settle(Trace, Root),
    block(["unordered" | Step], lists:sort([Line || {_, Line} <- call(Trace, take)]));
step(Step, Trace, Root, Scenario) ->
    do(Step, Trace, Root, Scenario),
    settle(Trace, Root),
    block(Step, [Line || {_, Line} <- lists:keysort(1, call(Trace, take))]).

block(Step, Lines) ->
    ["> ", lists:join(" ", Step), "\n", [["  ", Line, "\n"] || Line <- Lines]].

%% Waits until everybody waits, with nothing in a mailbox, several times in a row.
settle(Trace, Root) -> settle(Trace, Root, 0).
settle(_, _, 4) -> ok;
settle(Trace, Root, Count) ->
    timer:sleep(1),
    Pids = [Trace, Root | call(Trace, pids)] ++ [P || P <- processes(), is_helper(P)],
    case lists:all(fun is_quiet/1, Pids) of
        true -> settle(Trace, Root, Count + 1);
        false -> settle(Trace, Root, 0)
    end.

is_helper(Pid) -> process_info(Pid, dictionary) =/= undefined
    andalso lists:member({conformance, helper}, element(2, process_info_or_empty(Pid))).
process_info_or_empty(Pid) ->
    case process_info(Pid, dictionary) of undefined -> {dictionary, []}; Info -> Info end.

is_quiet(Pid) ->
    case process_info(Pid, [status, message_queue_len]) of
        undefined -> true;
        [{status, waiting}, {message_queue_len, 0}] -> true;
        %% A supervisor that waits for a child leaves the rest in its mailbox.
        [{status, waiting}, {message_queue_len, _}] ->
            case process_info(Pid, dictionary) of
                {dictionary, D} -> lists:keymember('$initial_call', 1, D) andalso
                    proplists:get_value('$initial_call', D) =:= {supervisor, conformance, 1};
                undefined -> true
            end;
        _ -> false
    end.

do(["start", Name], _, Root, _) -> Root ! {start, Name};
do(["stop", Name], Trace, Root, _) -> Root ! {signal, pid(Trace, Name), shutdown};
do(["cancel", Name], Trace, Root, _) -> Root ! {signal, pid(Trace, Name), shutdown};
do(["kill", Name], Trace, Root, _) -> Root ! {signal, pid(Trace, Name), kill};
do(["spawn", Id | Options], _, Root, _) -> Root ! {spawn, Id, parse_options(Options)};
do(["spawn_link", Parent, Id | Options], Trace, _, _) ->
    pid(Trace, Parent) ! {command, {spawn_link, Id, parse_options(Options)}};
do(["spawn_monitor", Parent, Id | Options], Trace, _, _) ->
    pid(Trace, Parent) ! {command, {spawn_monitor, Id, parse_options(Options)}};
do(["exit", Name, Reason], Trace, _, _) -> pid(Trace, Name) ! {command, {exit, list_to_atom(Reason)}};
do(["trap", Name, "on"], Trace, _, _) -> pid(Trace, Name) ! {command, {trap, true}};
do(["trap", Name, "off"], Trace, _, _) -> pid(Trace, Name) ! {command, {trap, false}};
do([Verb, A, B], Trace, _, _) when Verb =:= "link"; Verb =:= "unlink"; Verb =:= "monitor"; Verb =:= "unmonitor" ->
    pid(Trace, A) ! {command, {list_to_atom(Verb), pid(Trace, B)}};
do(["send", A, B, Topic], Trace, _, _) -> pid(Trace, A) ! {command, {send, pid(Trace, B), Topic}};
do(["send_name", A, Name, Topic], Trace, _, _) -> pid(Trace, A) ! {command, {send, name(Name), Topic}};
do(["register", Name, A], Trace, _, _) ->
    Pid = pid(Trace, A),
    Text = try register(name(Name), Pid), "ok"
           catch error:badarg ->
               case {is_process_alive(Pid), whereis(name(Name))} of
                   {false, _} -> "error no_process";
                   {true, _} -> "error already_exists"
               end
           end,
    call(Trace, {line, reply(), ["reply ", Text]});
do(["unregister", Name], Trace, _, _) ->
    Text = try unregister(name(Name)), "ok" catch error:badarg -> "error not_found" end,
    call(Trace, {line, reply(), ["reply ", Text]});
do(["whereis", Name], Trace, _, _) ->
    Text = case whereis(name(Name)) of undefined -> "undefined"; Pid -> call(Trace, {label, Pid}) end,
    call(Trace, {line, reply(), ["reply ", Text]});
do(["alive", Name], Trace, _, _) ->
    call(Trace, {line, reply(), ["reply ", atom_to_list(is_process_alive(pid(Trace, Name)))]});
do(["wait", Milliseconds], _, _, _) -> timer:sleep(list_to_integer(Milliseconds));
do(["start_child", Sup, Id | Options], Trace, _, #scenario{supervisors = Sups} = Scenario) ->
    case maps:get(Sup, Sups) of
        #supervisor{strategy = simple_one_for_one} ->
            ask(Trace, fun() -> supervisor:start_child(pid(Trace, Sup), [Id]) end);
        _ ->
            Spec = specification(parse_child(Id, Options), Sup, Trace, Scenario),
            ask(Trace, fun() -> supervisor:start_child(pid(Trace, Sup), Spec) end)
    end;
do([Verb, Sup, Id], Trace, _, #scenario{supervisors = Sups})
  when Verb =:= "terminate_child"; Verb =:= "restart_child"; Verb =:= "delete_child" ->
    Name = case maps:get(Sup, Sups) of
        #supervisor{strategy = simple_one_for_one} when Verb =:= "terminate_child" ->
            case call(Trace, {pid, Id}) of undefined -> Id; Pid -> Pid end;
        _ -> Id
    end,
    ask(Trace, fun() -> apply(supervisor, list_to_atom(Verb), [pid(Trace, Sup), Name]) end);
do(["which_children", Sup], Trace, _, _) ->
    ask(Trace, fun() -> {children, supervisor:which_children(pid(Trace, Sup))} end);
do(["count_children", Sup], Trace, _, _) ->
    ask(Trace, fun() -> {counts, supervisor:count_children(pid(Trace, Sup))} end).

name(Name) -> list_to_atom("conformance_" ++ Name).
reply() -> "~".
pid(Trace, Name) -> call(Trace, {pid, Name}).

%% A request from a process of its own, for it may take long.
ask(Trace, Request) ->
    spawn(fun() ->
        put(conformance, helper),
        Text = try answer(Request(), Trace) catch exit:_ -> "error ended" end,
        call(Trace, {line, reply(), ["reply ", Text]})
    end).

answer(ok, _) -> "ok";
answer({ok, Pid}, Trace) when is_pid(Pid) -> ["ok ", call(Trace, {label, Pid})];
answer({error, {already_started, Pid}}, Trace) -> ["error already_started ", call(Trace, {label, Pid})];
answer({error, Word}, _)
  when Word =:= already_present; Word =:= not_found; Word =:= running; Word =:= restarting; Word =:= simple_one_for_one ->
    ["error ", atom_to_list(Word)];
answer({error, _}, _) -> "error start_failed";
answer({children, Children}, Trace) ->
    Texts = lists:sort([child_text(Child, Trace) || Child <- Children]),
    ["[", lists:join(", ", Texts), "]"];
answer({counts, Counts}, _) ->
    lists:join(" ", [[atom_to_list(K), "=", integer_to_list(proplists:get_value(K, Counts))]
                     || K <- [specs, active, supervisors, workers]]).

child_text({Id, Child, Type, _}, Trace) ->
    What = case Child of
        Pid when is_pid(Pid) -> call(Trace, {label, Pid});
        undefined -> "stopped";
        restarting -> "restarting"
    end,
    Prefix = case Id of undefined -> ""; _ -> Id ++ "=" end,
    lists:flatten([Prefix, What, case Type of supervisor -> " supervisor"; worker -> "" end]).

%% The parent of every tree, and of every process without a supervisor.
root(Trace, Scenario) ->
    receive
        {start, Name} ->
            Text = case start_supervisor(Trace, Scenario, Name) of
                {ok, _} -> "ok";
                {error, _} -> "error start_failed"
            end,
            call(Trace, {line, reply(), ["reply ", Text]});
        {signal, Pid, Reason} -> exit(Pid, Reason);
        {spawn, Id, Options} -> spawn_actor(Trace, Id, Options, spawn);
        _ -> ok
    end,
    root(Trace, Scenario).

%% Supervisors

start_supervisor(Trace, Scenario, Name) ->
    case supervisor:start_link(?MODULE, {Trace, Scenario, Name}) of
        {ok, Pid} ->
            call(Trace, {watch, Pid}),
            {ok, Pid};
        {error, _} = Error ->
            call(Trace, {failed, Name}),
            Error
    end.

init({Trace, #scenario{supervisors = Sups} = Scenario, Name}) ->
    #supervisor{strategy = Strategy, intensity = Intensity, period = Period, children = Children} = maps:get(Name, Sups),
    call(Trace, {start, Name, Name, self()}),
    Flags = #{strategy => Strategy, intensity => Intensity, period => Period},
    {ok, {Flags, [specification(Child, Name, Trace, Scenario) || Child <- Children]}}.

specification(#child{id = Id, is_supervisor = true} = Child, _, Trace, Scenario) ->
    #{id => Id, start => {?MODULE, start_supervisor, [Trace, Scenario, Id]}, restart => Child#child.restart,
      shutdown => Child#child.shutdown, type => supervisor};
specification(#child{id = Id} = Child, Sup, Trace, #scenario{supervisors = Sups}) ->
    #supervisor{strategy = Strategy} = maps:get(Sup, Sups),
    Arguments = case Strategy of
        simple_one_for_one -> [Trace, Sup, Child#child.options];
        _ -> [Trace, Sup, Child#child.options, Id]
    end,
    #{id => Id, start => {?MODULE, start_actor, Arguments}, restart => Child#child.restart,
      shutdown => Child#child.shutdown, type => worker}.

%% Actors

start_actor(Trace, Sup, Options, Id) ->
    Parent = self(),
    proc_lib:start_link(erlang, apply, [fun() -> begin_actor(Trace, Sup, Options, Id, Parent) end, []]).

begin_actor(Trace, Sup, Options, Id, Parent) ->
    process_flag(trap_exit, maps:get(traps, Options, false)),
    case call(Trace, {start, Id, Sup, self(), maps:get(fails, Options, [])}) of
        {ok, _} ->
            proc_lib:init_ack({ok, self()}),
            actor(#{trace => Trace, parent => Parent, options => Options, refs => #{}});
        failed ->
            proc_lib:init_ack({error, boom}),
            exit(normal)
    end.

spawn_actor(Trace, Id, Options, How) ->
    Body = fun() ->
        receive go -> ok end,
        process_flag(trap_exit, maps:get(traps, Options, false)),
        actor(#{trace => Trace, parent => none, options => Options, refs => #{}})
    end,
    {Pid, Ref} = case How of
        spawn -> {spawn(Body), none};
        spawn_link -> {spawn_link(Body), none};
        spawn_monitor -> spawn_monitor(Body)
    end,
    {ok, _} = call(Trace, {start, Id, Id, Pid, []}),
    Pid ! go,
    {Pid, Ref}.

actor(#{trace := Trace, parent := Parent, options := Options, refs := Refs} = State) ->
    receive
        {command, Command} -> actor(obey(Command, State));
        {message, Topic, From} ->
            tell(Trace, ["message ", Topic, " from ", From]),
            actor(State);
        {'DOWN', _, process, Pid, Reason} ->
            tell(Trace, ["down ", call(Trace, {label, Pid}), " ", reason(Reason)]),
            actor(State#{refs := maps:remove(Pid, Refs)});
        {'EXIT', Pid, Reason} ->
            case call(Trace, {is_authority, Pid}) of
                true when Reason =:= shutdown ->
                    tell(Trace, ["shutdown"]),
                    case maps:get(stops, Options, 0) of
                        never -> actor(State);
                        0 -> exit(shutdown);
                        Time -> erlang:send_after(Time, self(), stop_now), actor(State)
                    end;
                _ ->
                    tell(Trace, ["exit ", call(Trace, {label, Pid}), " ", reason(Reason)]),
                    %% As a gen_server does.
                    case Pid of Parent -> exit(Reason); _ -> actor(State) end
            end;
        stop_now -> exit(shutdown)
    end.

obey({exit, Reason}, _) -> exit(Reason);
obey({trap, Flag}, State) -> process_flag(trap_exit, Flag), State;
obey({link, Pid}, State) -> link(Pid), State;
obey({unlink, Pid}, State) -> unlink(Pid), State;
obey({monitor, Pid}, #{refs := Refs} = State) -> State#{refs := Refs#{Pid => erlang:monitor(process, Pid)}};
obey({unmonitor, Pid}, #{refs := Refs} = State) ->
    case Refs of
        #{Pid := Ref} -> erlang:demonitor(Ref);
        _ -> ok
    end,
    State#{refs := maps:remove(Pid, Refs)};
obey({send, To, Topic}, #{trace := Trace} = State) ->
    try To ! {message, Topic, call(Trace, {label, self()})} of _ -> ok
    catch error:badarg -> call(Trace, {line, reply(), "reply error not_found"}) end,
    State;
obey({spawn_link, Id, Options}, #{trace := Trace} = State) ->
    spawn_actor(Trace, Id, Options, spawn_link),
    State;
obey({spawn_monitor, Id, Options}, #{trace := Trace, refs := Refs} = State) ->
    {Pid, Ref} = spawn_actor(Trace, Id, Options, spawn_monitor),
    State#{refs := Refs#{Pid => Ref}}.

tell(Trace, Text) -> call(Trace, {got, self(), Text}).

reason({shutdown, _}) -> "shutdown";
%% Of an error that nobody caught, as `link` raises it.
reason({Reason, [{_, _, _, _} | _]}) when is_atom(Reason) -> atom_to_list(Reason);
reason(Reason) when is_atom(Reason) -> atom_to_list(Reason);
reason(Reason) -> lists:flatten(io_lib:format("~0p", [Reason])).

%% The trace: a process, so that what happens has one order.

call(Trace, Request) ->
    Ref = erlang:monitor(process, Trace),
    Trace ! {call, self(), Ref, Request},
    receive
        {Ref, Reply} -> erlang:demonitor(Ref, [flush]), Reply;
        {'DOWN', Ref, process, Trace, _} -> exit(normal)
    end.

trace(T) ->
    receive
        {call, From, Ref, Request} ->
            {Reply, T2} = handle(Request, T),
            From ! {Ref, Reply},
            trace(T2);
        {'DOWN', _, process, Pid, Reason} ->
            trace(line(Pid, ["exit ", label(Pid, T), " ", reason(Reason)], T))
    end.

handle({start, Id, Sup, Pid, Fails}, T) ->
    {Label, T2} = new(Id, Sup, Pid, T),
    N = maps:get(Id, T2#trace.counts),
    case Fails =:= all orelse lists:member(N, Fails) of
        true -> {failed, line(Pid, ["fail ", Label, " boom"], T2)};
        false ->
            erlang:monitor(process, Pid),
            {{ok, Label}, line(Pid, ["start ", Label], T2)}
    end;
handle({start, Name, Sup, Pid}, T) ->
    {Label, T2} = new(Name, Sup, Pid, T),
    {ok, line(Pid, ["start ", Label], T2#trace{watched = (T2#trace.watched)#{Pid => true}})};
handle({watch, Pid}, T) ->
    erlang:monitor(process, Pid),
    {ok, T};
handle({failed, Name}, T) ->
    Pid = maps:get(Name, T#trace.pids),
    {ok, line(Pid, ["fail ", label(Pid, T)], T)};
handle({got, Pid, Text}, T) -> {ok, line(Pid, ["got ", label(Pid, T), " ", Text], T)};
handle({line, Lane, Text}, T) -> {ok, T#trace{lines = [{Lane, lists:flatten(Text)} | T#trace.lines]}};
handle({label, Pid}, T) -> {label(Pid, T), T};
%% Those whose `shutdown` is an order: the root (which has no label) and supervisors.
handle({is_authority, Pid}, T) -> {maps:is_key(Pid, T#trace.watched) orelse not maps:is_key(Pid, T#trace.labels), T};
handle({pid, Name}, T) -> {maps:get(Name, T#trace.pids, undefined), T};
handle(pids, T) -> {maps:keys(T#trace.labels), T};
handle(take, T) -> {lists:reverse(T#trace.lines), T#trace{lines = []}};
handle(kill_all, T) ->
    [begin unlink(Pid), exit(Pid, kill) end || Pid <- lists:reverse(lists:sort(maps:keys(T#trace.labels)))],
    {ok, T}.

new(Id, Sup, Pid, #trace{counts = Counts, pids = Pids, labels = Labels, lanes = Lanes, roots = Roots} = T) ->
    N = maps:get(Id, Counts, 0) + 1,
    Label = Id ++ "#" ++ integer_to_list(N),
    {Label, T#trace{counts = Counts#{Id => N}, pids = Pids#{Id => Pid}, labels = Labels#{Pid => Label},
                    lanes = Lanes#{Pid => maps:get(Sup, Roots, Sup)}}}.

label(Pid, T) -> maps:get(Pid, T#trace.labels, "root").

line(Pid, Text, T) ->
    T#trace{lines = [{maps:get(Pid, T#trace.lanes, "root"), lists:flatten(Text)} | T#trace.lines]}.
