using System.Net.Sockets;
using BenchmarkDotNet.Attributes;

namespace SocketConnector.MicroBench;

/// <summary>A large flow through the pump, one way, until the far end has all of it.</summary>
public class Transfer
{
    private const int Size = 1024 * 1024;
    private const int Chunk = 64 * 1024;

    private readonly byte[] _chunk = new byte[Chunk];
    private RelayedTarget _target = null!;
    private Socket _client = null!;
    private Thread _sink = null!;

    [Params(EngineChoice.Auto, EngineChoice.Portable)]
    public EngineChoice Engine { get; set; }

    [GlobalSetup]
    public async Task StartAsync()
    {
        _target = await RelayedTarget.StartAsync(Engine);
        (_client, Socket server) = _target.Join();
        _sink = new Thread(() => Sink(server)) { IsBackground = true };
        _sink.Start();
    }

    [Benchmark(Description = "1 MiB, acknowledged by a byte")]
    public void Pump()
    {
        for (int sent = 0; sent < Size; sent += Chunk)
        {
            _client.Send(_chunk);
        }

        _client.Expect(_chunk.AsSpan(0, 1));
    }

    [GlobalCleanup]
    public async Task StopAsync()
    {
        _client.Dispose();
        _sink.Join();
        await _target.DisposeAsync();
    }

    private static void Sink(Socket server)
    {
        using (server)
        {
            byte[] transfer = new byte[Size];
            while (server.Fill(transfer))
            {
                server.Send(transfer.AsSpan(0, 1));
            }
        }
    }
}
