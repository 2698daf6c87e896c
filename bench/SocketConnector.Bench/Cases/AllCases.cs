namespace SocketConnector.Bench.Cases;

internal static class AllCases
{
    public static readonly int[] Streams = [1, 4, 32, 256];
    public static readonly int[] StreamsBothWays = [4, 32];
    public static readonly int[] PingConnections = [1, 100];
    public static readonly int[] LoadedFlows = [8, 128];
    public static readonly int[] IdlePairs = [1000, 4000];
    public static readonly int[] TlsStreams = [1, 8];

    public static IReadOnlyList<BenchCase> List { get; } =
    [
        .. Streams.Select(count => new FlowCase(count, bothWays: false)),
        .. StreamsBothWays.Select(count => new FlowCase(count, bothWays: true)),
        .. PingConnections.Select(count => new PingCase(count)),
        .. LoadedFlows.Select(count => new LoadedPingCase(count)),
        new ConnectCase(),
        new ColdCase(),
        .. IdlePairs.Select(count => new IdleCase(count)),
        .. TlsStreams.Select(count => new TlsFlowCase(count, toClient: false)),
        .. TlsStreams.Select(count => new TlsFlowCase(count, toClient: true)),
        new TlsConnectCase(resumes: false),
        new TlsConnectCase(resumes: true),
        new TlsIdleCase(),
        new MeetCase(),
        new MeetWaitingCase(),
        new WaitCase(),
        new MetFlowCase(),
        new Iperf3Case(),
        new SockperfCase(),
    ];

    /// <summary>A name means its case; the beginning of names means them all; nothing means everything.</summary>
    public static IReadOnlyList<BenchCase> Choose(IReadOnlyList<string> parts) =>
        parts.Count == 0 ? List : [.. parts.SelectMany(Matching).Distinct()];

    private static BenchCase[] Matching(string part)
    {
        BenchCase[] matching = [.. List.Where(it => it.Id == part)];
        if (matching.Length == 0)
        {
            matching = [.. List.Where(it => it.Id.StartsWith(part, StringComparison.Ordinal))];
        }

        return matching.Length > 0 ? matching : throw new FormatException($"there is no case {part}; there are {string.Join(", ", List.Select(it => it.Id))}");
    }
}
