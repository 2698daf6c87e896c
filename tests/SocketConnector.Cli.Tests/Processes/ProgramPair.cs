using System.Net;
using SocketConnector.TestKit;

namespace SocketConnector.Cli.Tests.Processes;

/// <summary>The program in one of its modes: what to dial or to answer on each side.</summary>
internal sealed class ProgramPair : IAsyncDisposable
{
    private const string AnyPort = "127.0.0.1:0";

    private readonly TestServer? _serverA;
    private readonly TestServer? _serverB;
    private readonly int? _portA;
    private readonly int? _portB;

    private ProgramPair(ChildProcess program, TestServer? serverA, TestServer? serverB, int? portA, int? portB) =>
        (Program, _serverA, _serverB, _portA, _portB) = (program, serverA, serverB, portA, portB);

    public static TheoryData<string> Modes => ["server-to-server", "server-to-socket", "socket-to-server", "socket-to-socket"];

    public ChildProcess Program { get; }

    public static async Task<ProgramPair> StartAsync(string mode, params string[] options)
    {
        string[] kinds = mode.Split("-to-");
        TestServer? serverA = kinds[0] == "socket" ? new TestServer() : null;
        TestServer? serverB = kinds[1] == "socket" ? new TestServer() : null;
        ChildProcess program = TheProgram.Start([mode, serverA?.EndPoint.ToString() ?? AnyPort, serverB?.EndPoint.ToString() ?? AnyPort, .. options]);
        try
        {
            int? portA = serverA is null ? await program.ListeningAsync(Side.A) : null;
            int? portB = serverB is null ? await program.ListeningAsync(Side.B) : null;
            return new ProgramPair(program, serverA, serverB, portA, portB);
        }
        catch
        {
            await program.DisposeAsync();
            throw;
        }
    }

    /// <summary>A peer on each side, to be joined to one another. A comes first, so that it can be the one that a listening B is dialled for.</summary>
    public async Task<(TestPeer A, TestPeer B)> ConnectAsync()
    {
        TestPeer? a = _portA is int portA ? await DialAsync(portA) : null;
        TestPeer b = _portB is int portB ? await DialAsync(portB) : await _serverB!.AcceptAsync();
        return (a ?? await _serverA!.AcceptAsync(), b);
    }

    public static Task<TestPeer> DialAsync(int port) => TestPeer.ConnectAsync(new IPEndPoint(IPAddress.Loopback, port));

    public async ValueTask DisposeAsync()
    {
        await Program.DisposeAsync();
        _serverA?.Dispose();
        _serverB?.Dispose();
    }
}
