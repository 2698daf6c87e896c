using System.Net;
using System.Net.Sockets;
using BenchmarkDotNet.Attributes;

namespace SocketConnector.MicroBench;

/// <summary>
/// A whole connection: connect, a byte each way, close. What the sockets of both ends cost by themselves, and what they
/// allocate, is in the row without a relay; the rest is the relay's.
/// </summary>
public class Life
{
    private readonly byte[] _byte = new byte[1];
    private RelayedTarget _target = null!;
    private Thread _server = null!;
    private volatile bool _isOver;

    [Params(EngineChoice.Auto, EngineChoice.Portable)]
    public EngineChoice Engine { get; set; }

    [GlobalSetup]
    public async Task StartAsync()
    {
        _target = await RelayedTarget.StartAsync(Engine);
        _server = new Thread(Serve) { IsBackground = true };
        _server.Start();
    }

    [Benchmark(Baseline = true, Description = "no relay")]
    public void Direct() => Live(_target.EndPoint);

    [Benchmark(Description = "relayed")]
    public void Relayed() => Live(_target.RelayedEndPoint);

    [GlobalCleanup]
    public async Task StopAsync()
    {
        _isOver = true;
        // Wakes the server, should it still be accepting.
        RelayedTarget.Connect(_target.EndPoint).Dispose();
        _server.Join();
        await _target.DisposeAsync();
    }

    // The server closes first, so that the ports that have to wait a minute are listening ones and no end runs out of ports.
    private void Live(IPEndPoint endPoint)
    {
        using Socket client = RelayedTarget.Connect(endPoint);
        client.Send(_byte);
        client.Expect(_byte);
        if (client.Fill(_byte))
        {
            throw new InvalidOperationException("more than the one byte came back");
        }
    }

    private void Serve()
    {
        Span<byte> one = stackalloc byte[1];
        while (!_isOver)
        {
            using Socket accepted = _target.Accept();
            if (accepted.Fill(one))
            {
                accepted.Send(one);
            }
        }
    }
}
