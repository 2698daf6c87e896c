using SocketConnector.Bench.Measuring;
using SocketConnector.Bench.Relays;

namespace SocketConnector.Bench.Cases;

/// <summary>One thing that is measured of every relay.</summary>
internal abstract class BenchCase(string id)
{
    public string Id { get; } = id;

    /// <summary>Measured of a process that has just started, and not of the one that all other cases use.</summary>
    public virtual bool NeedsFreshRelay => false;

    /// <summary>Starts one itself, because the start is a part of what it measures.</summary>
    public virtual bool StartsTheRelay => false;

    /// <summary>Other people's generators, once, to see whether our own tell the truth.</summary>
    public virtual bool IsCrossCheck => false;

    /// <summary>It is about pairs through which bytes flow, not about their coming and going.</summary>
    protected virtual bool MovesBytes => false;

    /// <summary>It is about connections that come and go.</summary>
    protected virtual bool MakesConnections => false;

    /// <summary>The client speaks TLS, and the relay to it.</summary>
    protected virtual bool SpeaksTls => false;

    /// <summary>It is about two ends that both dial, and the relay where they meet.</summary>
    protected virtual bool Meets => false;

    public virtual bool Suits(RelayRecipe relay) => relay.SpeaksTls == SpeaksTls && relay.Meets == Meets && (MovesBytes || !relay.OnlyMovesBytes) && (MakesConnections || !relay.OnlyMakesConnections);

    public abstract Task<IReadOnlyDictionary<string, double>> MeasureAsync(Stage stage);
}

/// <summary>What a case finds when it is its turn.</summary>
/// <param name="Relay">The relay to measure.</param>
/// <param name="Backend">The port where the relay connects to, on which the case lets something listen.</param>
/// <param name="Load">The path of the load generator.</param>
/// <param name="Options">How long, how many.</param>
internal sealed record Stage(RunningRelay Relay, int Backend, string Load, BenchOptions Options)
{
    /// <summary>The one that a client of TLS 1.3 offers.</summary>
    private const string Cipher = "TLS_AES_256_GCM_SHA384";

    /// <summary>Starts a further relay of the same kind, and does not wait for it.</summary>
    public Func<RunningRelay>? Launch { get; init; }

    /// <summary>The far end behind the relay.</summary>
    public Task<LoadProcess> ServeAsync() => LoadProcess.StartAsync(Load, ["serve", $"{Backend}", .. Receiver]);

    public Task<LoadProcess> FlowsAsync(int streams, string direction) =>
        LoadProcess.StartAsync(Load, ["flows", $"{Relay.Port}", $"{streams}", direction, .. Receiver]);

    public Task<LoadProcess> HoldAsync(int pairs) => LoadProcess.StartAsync(Load, "hold", $"{Relay.Port}", $"{pairs}");

    public Task<IReadOnlyDictionary<string, double>> PingAsync(int connections, int count, double seconds) =>
        LoadProcess.RunAsync(Load, "ping", $"{Relay.Port}", $"{connections}", $"{count}", FormattableString.Invariant($"{seconds}"));

    public Task<IReadOnlyDictionary<string, double>> ConnectAsync(int concurrent, int count, double seconds) =>
        LoadProcess.RunAsync(Load, "connect", $"{Relay.Port}", $"{concurrent}", $"{count}", FormattableString.Invariant($"{seconds}"));

    public Task<LoadProcess> TlsFlowsAsync(int streams, string direction) => LoadProcess.StartAsync(Load, "tls-flows", $"{Relay.Port}", $"{streams}", direction, Cipher);

    public Task<LoadProcess> TlsHoldAsync(int connections) => LoadProcess.StartAsync(Load, "tls-hold", $"{Relay.Port}", $"{connections}", Cipher);

    public Task<IReadOnlyDictionary<string, double>> TlsConnectAsync(int concurrent, int count, bool resumes) =>
        LoadProcess.RunAsync(Load, "tls-connect", $"{Relay.Port}", $"{concurrent}", $"{count}", "4", resumes ? "resumed" : "full", Cipher);

    public Task<IReadOnlyDictionary<string, double>> MeetAsync(int concurrent, int count, double seconds) =>
        LoadProcess.RunAsync(Load, "meet", $"{Relay.Port}", $"{concurrent}", $"{count}", FormattableString.Invariant($"{seconds}"), Relay.Recipe.Protocol!);

    /// <summary>One pair after the other.</summary>
    public Task<IReadOnlyDictionary<string, double>> MeetSinglyAsync(int count, double seconds) =>
        LoadProcess.RunAsync(Load, "meet-singly", $"{Relay.Port}", $"{count}", FormattableString.Invariant($"{seconds}"), Relay.Recipe.Protocol!);

    /// <summary>Ends that nobody comes to.</summary>
    public Task<LoadProcess> WaitAsync(int ends) => LoadProcess.StartAsync(Load, "wait", $"{Relay.Port}", $"{ends}", Relay.Recipe.WaitsIn!);

    /// <summary>A stream between two ends that have met, or through a relay where none do.</summary>
    public Task<LoadProcess> MetFlowAsync() =>
        LoadProcess.StartAsync(Load, ["met-flow", $"{Relay.Port}", $"{Backend}", Relay.Recipe.Protocol ?? "plain", .. Receiver]);

    private string[] Receiver => Options.Copy ? ["copy"] : [];
}
