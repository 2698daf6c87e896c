using System.Text;
using SocketConnector.Fuzz.Targets;

namespace SocketConnector.Fuzz;

/// <summary>A parser and what must hold of it, whatever it is given.</summary>
/// <param name="Name">Also that of its corpus and of its dictionary.</param>
/// <param name="Body">Throws where something does not hold.</param>
internal sealed record Target(string Name, Action<byte[]> Body)
{
    /// <summary>The longest input, in bytes.</summary>
    public const int MaxLength = 2048;

    // Far more than any of them takes, and far less than one that grows with the square of its input.
    private const long Bytes = 512 * 1024;
    private const long BytesPerByte = 2048;
    private static readonly TimeSpan _longest = TimeSpan.FromSeconds(1);

    private static readonly UTF8Encoding _encoding = new(encoderShouldEmitUTF8Identifier: false);

    public static IReadOnlyList<Target> All { get; } =
    [
        new("proxy", ProxyHeaders.Read),
        new("proxy-write", WrittenHeaders.Check),
        new("listen", OfText(EndPoints.Listen)),
        new("connect", OfText(EndPoints.Connect)),
        new("quoted", OfText(EndPoints.Quoted)),
        new("values", OfText(Scalars.Check)),
        new("networks", OfText(Networks.Check)),
        new("keys", bytes => KeyFiles.Check(_encoding.GetString(bytes))),
        new("authentication", AuthenticationLines.Check),
        new("command-line", CommandLines.Check),
        new("frames", RendezvousFrames.Check),
    ];

    public static Target Of(string name) => All.FirstOrDefault(target => target.Name == name)
        ?? throw new ArgumentException($"there is no target '{name}'; there are {string.Join(", ", All.Select(target => target.Name))}", nameof(name));

    /// <summary>Gives it one input. Bounds are on what this thread allocates and on the processor's time, so a busy machine changes neither.</summary>
    public void Check(byte[] input)
    {
        if (input.Length > MaxLength)
        {
            return;
        }

        // What is done once only, such as compiling, is over by the second time.
        if (Measure(input) is not null && Measure(input) is { } exceeded)
        {
            throw new BrokenPromiseException(exceeded);
        }
    }

    private string? Measure(byte[] input)
    {
        long allocated = GC.GetAllocatedBytesForCurrentThread();
        TimeSpan started = Environment.CpuUsage.TotalTime;
        Body(input);
        TimeSpan took = Environment.CpuUsage.TotalTime - started;
        allocated = GC.GetAllocatedBytesForCurrentThread() - allocated;
        return took > _longest ? $"{took.TotalMilliseconds} ms"
            : allocated > Bytes + (BytesPerByte * input.Length) ? $"{allocated} bytes of memory for {input.Length} of input"
            : null;
    }

    /// <summary>An argument of a process: without a zero, and with the replacement character in place of what is not UTF-8.</summary>
    private static Action<byte[]> OfText(Action<string> body) => bytes =>
    {
        if (!bytes.Contains((byte)0))
        {
            body(_encoding.GetString(bytes));
        }
    };
}
