using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;

namespace SocketConnector.Diagnostics;

/// <summary>
/// Lines for standard error, written on a thread of their own: a slow reader, or none at all, delays nothing and costs
/// bounded memory. What finds no room is left out, and the next line that is written comes after one that says so.
/// </summary>
[SuppressMessage("ApiDesign", "RS0030", Justification = "This is the one place that writes to standard error, and asks what it is.")]
internal sealed class StandardErrorLines
{
    internal const int MaxQueued = 4096;

    /// <summary>How long a reader may take for what is left when the process ends.</summary>
    private static readonly TimeSpan _lastWords = TimeSpan.FromSeconds(1);

    private static readonly Lazy<StandardErrorLines> _ofProcess = new(ForProcess);

    private readonly BlockingCollection<string> _lines = new(MaxQueued);
    private readonly Stream _output;
    private readonly Thread _writer;
    private long _leftOut;
    private volatile bool _isStuck;

    internal StandardErrorLines(Stream output)
    {
        _output = output;
        _writer = new Thread(WriteAll) { Name = "standard error", IsBackground = true };
        _writer.Start();
    }

    public static StandardErrorLines OfProcess => _ofProcess.Value;

    /// <summary>On a terminal only, and never where NO_COLOR is set (no-color.org).</summary>
    public static bool AreColoured { get; } =
        !Console.IsErrorRedirected
        && string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR"))
        && Environment.GetEnvironmentVariable("TERM") != "dumb";

    /// <param name="line">With its end.</param>
    /// <param name="patience">How long to wait for room; usually not at all.</param>
    /// <returns>Whether there was room for it.</returns>
    public bool TryAdd(string line, TimeSpan patience = default)
    {
        try
        {
            // Where nothing moves, one wait tells; no later call waits again until the writer goes on.
            if (_lines.TryAdd(line, _isStuck ? TimeSpan.Zero : patience))
            {
                return true;
            }

            _isStuck |= patience > TimeSpan.Zero;
        }
        catch (InvalidOperationException) when (_lines.IsAddingCompleted)
        {
            // The process is about to end; this came too late.
        }

        Interlocked.Increment(ref _leftOut);
        return false;
    }

    /// <summary>Takes no more, and gives the reader a moment for what there is.</summary>
    internal void Finish()
    {
        _lines.CompleteAdding();
        _writer.Join(_lastWords);
    }

    private static StandardErrorLines ForProcess()
    {
        var lines = new StandardErrorLines(Open());
        AppDomain.CurrentDomain.ProcessExit += (_, _) => lines.Finish();
        return lines;
    }

    private static Stream Open()
    {
        try
        {
            return StandardStream.TryOpen(StandardStream.Error) ?? Stream.Null;
        }
        catch (Exception)
        {
            // There is none, and nowhere to say so.
            return Stream.Null;
        }
    }

    private void WriteAll()
    {
        foreach (string line in _lines.GetConsumingEnumerable())
        {
            if (Interlocked.Exchange(ref _leftOut, 0) is > 0 and long leftOut)
            {
                Write(string.Create(CultureInfo.InvariantCulture, $"warning: messages left out because standard error was not read: {leftOut}\n"));
            }

            Write(line);
            _isStuck = false;
        }
    }

    private void Write(string line)
    {
        try
        {
            _output.Write(Encoding.UTF8.GetBytes(line));
        }
        catch (Exception)
        {
            // Closed, on a full disk, or failing in a way of its own: told like any other that was left out, should it ever take lines
            // again. Whatever it is, this is the thread's root, and an exception here would end the process.
            Interlocked.Increment(ref _leftOut);
        }
    }
}
