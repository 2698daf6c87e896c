using System.Globalization;
using System.Text;
using SocketConnector.Diagnostics;
using SocketConnector.TestKit;

namespace SocketConnector.Tests.Diagnostics;

public sealed class StandardErrorLinesTests
{
    private const string Warning = "warning: messages left out because standard error was not read: ";

    [Fact]
    public async Task What_finds_no_room_is_left_out_at_once_and_said_when_there_is_room_again()
    {
        using var reader = new SlowReader();
        var lines = new StandardErrorLines(reader);
        Assert.True(lines.TryAdd("first\n"));
        await reader.IsBlocked.Task.InTimeAsync();
        for (int i = 0; i < StandardErrorLines.MaxQueued; i++)
        {
            Assert.True(lines.TryAdd(string.Create(CultureInfo.InvariantCulture, $"{i}\n")), $"no room for line {i}");
        }

        Assert.False(lines.TryAdd("nowhere\n"), "there is room for more than was said");
        Assert.False(lines.TryAdd("neither\n", patience: TimeSpan.FromMilliseconds(1)), "there is room for more than was said");
        reader.Go.Set();
        int leftOut = 2;
        await Eventually.TrueAsync(() => lines.TryAdd("last\n") || leftOut++ < 0);
        lines.Finish();

        IEnumerable<string> all = Enumerable.Range(0, StandardErrorLines.MaxQueued).Select(i => i.ToString(CultureInfo.InvariantCulture));
        Assert.Equal(["first", .. all, "last"], reader.Lines.Where(line => !line.StartsWith(Warning, StringComparison.Ordinal)));
        Assert.Equal(leftOut, reader.Lines.Where(line => line.StartsWith(Warning, StringComparison.Ordinal)).Sum(line => int.Parse(line.AsSpan(Warning.Length), CultureInfo.InvariantCulture)));
    }

    [Fact]
    public async Task A_line_with_patience_waits_for_room()
    {
        using var reader = new SlowReader();
        var lines = new StandardErrorLines(reader);
        lines.TryAdd("first\n");
        await reader.IsBlocked.Task.InTimeAsync();
        while (lines.TryAdd("full\n"))
        {
        }

        Task<bool> waiting = Task.Run(() => lines.TryAdd("patient\n", TimeSpan.FromSeconds(20)), TestContext.Current.CancellationToken);
        Assert.False(waiting.IsCompleted);
        reader.Go.Set();
        Assert.True(await waiting.InTimeAsync());
        lines.Finish();
        Assert.Equal("patient", reader.Lines[^1]);
    }

    public static TheoryData<string> Failures => [.. new Exception[] { new IOException(), new ObjectDisposedException("x"), new UnauthorizedAccessException(), new NotSupportedException(), new InvalidOperationException() }.Select(error => error.GetType().AssemblyQualifiedName!)];

    [Theory]
    [MemberData(nameof(Failures))]
    public void A_stream_that_fails_in_any_way_costs_its_lines_and_nothing_else(string failure)
    {
        using var reader = new SlowReader { Failure = (Exception)Activator.CreateInstance(Type.GetType(failure)!, "Broken pipe")! };
        reader.Go.Set();
        var lines = new StandardErrorLines(reader);
        Assert.True(lines.TryAdd("to nobody\n"));
        lines.Finish();
        Assert.False(lines.TryAdd("too late\n"), "taken although nothing is written any more");
        Assert.Empty(reader.Lines);
    }

    private sealed class SlowReader : MemoryStream
    {
        public TaskCompletionSource IsBlocked { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public ManualResetEventSlim Go { get; } = new();

        public Exception? Failure { get; init; }

        public string[] Lines => Encoding.UTF8.GetString(ToArray()).Split('\n', StringSplitOptions.RemoveEmptyEntries);

        public override void Write(ReadOnlySpan<byte> buffer)
        {
            IsBlocked.TrySetResult();
            Assert.True(Go.Wait(TimeSpan.FromSeconds(20)), "never let go");
            if (Failure is not null)
            {
                throw Failure;
            }

            base.Write(buffer);
        }
    }
}
