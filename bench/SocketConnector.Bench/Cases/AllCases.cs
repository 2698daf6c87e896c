namespace SocketConnector.Bench.Cases;

internal static class AllCases
{
    public static readonly int[] Streams = [1, 4, 32, 256];
    public static readonly int[] StreamsBothWays = [4, 32];
    public static readonly int[] PingConnections = [1, 100];
    public static readonly int[] IdlePairs = [1000, 4000];

    public static IReadOnlyList<BenchCase> List { get; } =
    [
        .. Streams.Select(count => new FlowCase(count, bothWays: false)),
        .. StreamsBothWays.Select(count => new FlowCase(count, bothWays: true)),
        .. PingConnections.Select(count => new PingCase(count)),
        new LoadedPingCase(),
        new ConnectCase(),
        .. IdlePairs.Select(count => new IdleCase(count)),
        new Iperf3Case(),
        new SockperfCase(),
    ];
}
