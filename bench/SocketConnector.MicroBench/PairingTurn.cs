using System.Globalization;
using BenchmarkDotNet.Attributes;
using SocketConnector.Matching;

namespace SocketConnector.MicroBench;

/// <summary>One comes, and the one that has waited longest is found and leaves: what each join does to the queue.</summary>
public class PairingTurn
{
    private readonly Pairing<string> _pairing = new();
    private string _next = "next";

    [Params(0, 1_000, 100_000)]
    public int Waiting { get; set; }

    [GlobalSetup]
    public void Fill()
    {
        for (int i = 0; i < Waiting; i++)
        {
            _pairing.Enqueue(Side.A, i.ToString(CultureInfo.InvariantCulture));
        }
    }

    [Benchmark(Description = "enqueue, first, remove")]
    public bool Turn()
    {
        _pairing.Enqueue(Side.A, _next);
        _next = _pairing.First(Side.A)!;
        return _pairing.Remove(_next);
    }
}
