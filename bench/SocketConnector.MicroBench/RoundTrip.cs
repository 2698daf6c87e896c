using System.Net.Sockets;
using BenchmarkDotNet.Attributes;

namespace SocketConnector.MicroBench;

/// <summary>A small message through the pump and back: two turns of it, and the wake-ups between.</summary>
public class RoundTrip
{
    private const int Message = 64;

    private readonly byte[] _message = new byte[Message];
    private RelayedTarget _target = null!;
    private Socket _client = null!;
    private Thread _echo = null!;

    [Params(EngineChoice.Auto, EngineChoice.Portable)]
    public EngineChoice Engine { get; set; }

    [GlobalSetup]
    public async Task StartAsync()
    {
        _target = await RelayedTarget.StartAsync(Engine);
        (_client, Socket server) = _target.Join();
        _echo = new Thread(() => Echo(server)) { IsBackground = true };
        _echo.Start();
    }

    [Benchmark(Description = "64 bytes there and back")]
    public void Pump()
    {
        _client.Send(_message);
        _client.Expect(_message);
    }

    [GlobalCleanup]
    public async Task StopAsync()
    {
        _client.Dispose();
        _echo.Join();
        await _target.DisposeAsync();
    }

    private static void Echo(Socket server)
    {
        using (server)
        {
            Span<byte> message = stackalloc byte[Message];
            while (server.Fill(message))
            {
                server.Send(message);
            }
        }
    }
}
