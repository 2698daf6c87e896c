using BenchmarkDotNet.Attributes;

namespace SocketConnector.MicroBench;

/// <summary>What a pump pays for each chunk that it counts, undisturbed and while somebody reads the figures without a pause.</summary>
public class Counters
{
    private readonly SpacedFlowCounter _flow = new(TimeProvider.System);
    private Thread? _reader;
    private volatile bool _isOver;
    private long _read;

    [Params(false, true)]
    public bool WithReader { get; set; }

    [GlobalSetup]
    public void Start()
    {
        if (WithReader)
        {
            _reader = new Thread(Read) { IsBackground = true };
            _reader.Start();
        }
    }

    [Benchmark]
    public void AddReceived() => _flow.AddReceived(64);

    [Benchmark]
    public void AddDelivered() => _flow.AddDelivered(64);

    [GlobalCleanup]
    public void Stop()
    {
        _isOver = true;
        _reader?.Join();
    }

    private void Read()
    {
        while (!_isOver)
        {
            _read = unchecked(_read + _flow.Received + _flow.Delivered + _flow.LastMoved);
        }
    }
}
