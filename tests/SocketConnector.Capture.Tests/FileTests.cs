using System.Net;
using SocketConnector.Capture.Packets;
using SocketConnector.TestKit;

namespace SocketConnector.Capture.Tests;

/// <summary>Files and rings of them, and streams that are not read.</summary>
public sealed class FileTests : IDisposable
{
    private static readonly DateTimeOffset _noon = new(2026, 1, 2, 12, 0, 0, TimeSpan.Zero);
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task B131_Only_its_owner_may_read_a_file()
    {
        string file = _folder["mine.pcapng"];
        await using PacketCapture capture = PacketCapture.ToFile(file);
        Assert.SkipWhen(OperatingSystem.IsWindows(), "there are no modes");
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
        }
    }

    [Fact]
    public async Task A_file_that_is_there_already_is_left_alone()
    {
        string file = _folder["there.pcapng"];
        await File.WriteAllTextAsync(file, "mine", TestContext.Current.CancellationToken);
        Assert.Throws<IOException>(() => PacketCapture.ToFile(file));
        Assert.Equal("mine", await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task B131_A_ring_keeps_the_newest_files_each_of_which_tshark_reads_by_itself()
    {
        await using (PacketCapture capture = PacketCapture.ToFile(_folder["ring.pcapng"], new CaptureOptions { MaxFileSize = 64 * 1024, MaxFiles = 3 }))
        {
            Conversation conversation = Begin(capture);
            conversation.Open(Side.A, _noon);
            for (int i = 0; i < 50; i++)
            {
                conversation.Data(Side.A, new byte[10_000], _noon.AddSeconds(i));
            }
        }

        string[] files = _folder.Files;
        Assert.Equal(3, files.Length);
        int[] numbers = [.. files.Select(static file => int.Parse(Path.GetFileName(file).Split('_')[1], null))];
        Assert.Equal([numbers[0], numbers[0] + 1, numbers[0] + 2], numbers);
        Assert.True(numbers[^1] >= 8, $"500 000 bytes make eight files at least, and the last is {numbers[^1]}");
        foreach (string file in files)
        {
            Assert.InRange(new FileInfo(file).Length, 1, 64 * 1024 + 1024);
            Assert.NotEmpty(await Tshark.FieldsAsync(file, "tcp", "frame.number"));
        }
    }

    [Fact]
    public async Task B131_A_file_gets_old_by_the_clock()
    {
        var clock = new ManualClock();
        await using (PacketCapture capture = PacketCapture.ToFile(_folder["hourly.pcapng"], new CaptureOptions { MaxFileTime = TimeSpan.FromHours(1), TimeProvider = clock }))
        {
            Conversation conversation = Begin(capture);
            conversation.Data(Side.A, "one"u8, _noon);
            await Eventually.TrueAsync(() => _folder.Files.Any(static file => new FileInfo(file).Length > 250));
            clock.Advance(TimeSpan.FromMinutes(59));
            conversation.Data(Side.A, "two"u8, _noon);
            clock.Advance(TimeSpan.FromMinutes(2));
            conversation.Data(Side.A, "three"u8, _noon);
        }

        Assert.Equal(2, _folder.Files.Length);
    }

    [Fact]
    public async Task A_packet_is_cut_at_the_snap_length_and_tells_how_long_it_was()
    {
        string file = _folder["short.pcapng"];
        await using (PacketCapture capture = PacketCapture.ToFile(file, new CaptureOptions { SnapLength = 100 }))
        {
            Begin(capture).Data(Side.A, new byte[1000], _noon);
        }

        Assert.Equal(["100", "1040"], Assert.Single(await Tshark.FieldsAsync(file, "tcp", "frame.cap_len", "frame.len")));
    }

    [Fact]
    public async Task B131_A_full_disk_ends_the_capture_and_says_why()
    {
        Assert.SkipUnless(File.Exists("/dev/full"), "there is no /dev/full");
        await using PacketCapture capture = PacketCapture.ToStream(new FileStream("/dev/full", FileMode.Open, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0));
        IOException error = await Assert.ThrowsAsync<IOException>(() => capture.Completion.InTimeAsync());
        Assert.Contains("space", error.Message, StringComparison.OrdinalIgnoreCase);
        Begin(capture).Data(Side.A, "late"u8, _noon);
        Assert.Equal((0, 0), (capture.Packets, capture.Dropped));
    }

    [Fact]
    public async Task B131_Where_no_further_file_can_be_made_the_capture_ends_and_says_why()
    {
        string ring = _folder["ring"];
        Directory.CreateDirectory(ring);
        await using PacketCapture capture = PacketCapture.ToFile(Path.Join(ring, "a.pcapng"), new CaptureOptions { MaxFileSize = 64 * 1024 });
        Directory.Move(ring, _folder["gone"]);
        Conversation conversation = Begin(capture);
        for (int i = 0; i < 10; i++)
        {
            conversation.Data(Side.A, new byte[10_000], _noon);
        }

        await Assert.ThrowsAsync<DirectoryNotFoundException>(() => capture.Completion.InTimeAsync());
        string left = Assert.Single(Directory.GetFiles(_folder["gone"]));
        Assert.NotEmpty(await Tshark.FieldsAsync(left, "tcp", "frame.number"));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task B131_What_a_stuck_reader_does_not_take_is_dropped_and_counted_and_the_end_is_bounded(bool canBeCancelled)
    {
        using var stuck = new StuckStream(canBeCancelled);
        PacketCapture capture = PacketCapture.ToStream(stuck);
        Conversation conversation = Begin(capture);
        byte[] much = new byte[1024 * 1024];
        for (int i = 0; i < 40; i++)
        {
            conversation.Data(Side.A, much, _noon);
        }

        Assert.True(capture.Dropped > 0, "40 MiB do not fit");
        Assert.True(capture.Packets > 0, "some do");
        await capture.DisposeAsync().AsTask().InTimeAsync();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task B131_IPv6_is_captured_as_such_and_both_families_together_as_mapped(bool isMixed)
    {
        string file = _folder["six.pcapng"];
        await using (PacketCapture capture = PacketCapture.ToFile(file))
        {
            var six = new PacketEnd(IPAddress.Parse("2001:db8::7"), 4711);
            Conversation conversation = capture.Begin(six, isMixed ? new PacketEnd(IPAddress.Parse("192.0.2.1"), 22) : six with { Port = 22 }, 1);
            conversation.Open(Side.B, _noon);
            conversation.Data(Side.A, new byte[100_001], _noon);
            conversation.End(Side.A, _noon);
            conversation.End(Side.B, _noon);
        }

        Assert.Empty(await Tshark.WarningsAsync(file));
        string[] syn = Assert.Single(await Tshark.FieldsAsync(file, "tcp.flags.syn == 1 && tcp.flags.ack == 0", "ipv6.src", "ipv6.dst", "tcp.dstport"));
        Assert.Equal([isMixed ? "::ffff:192.0.2.1" : "2001:db8::7", "2001:db8::7", "4711"], syn);
        (_, byte[] bytes) = await Tshark.FollowAsync(file, 0);
        Assert.Equal(100_001, bytes.Length);
    }

    private static Conversation Begin(PacketCapture capture) =>
        capture.Begin(new PacketEnd(IPAddress.Parse("192.0.2.1"), 4711), new PacketEnd(IPAddress.Parse("192.0.2.2"), 22), 1000);

    /// <summary>Takes nothing, until it is given up.</summary>
    private sealed class StuckStream(bool canBeCancelled) : MemoryStream
    {
        public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) =>
            await Task.Delay(Timeout.InfiniteTimeSpan, canBeCancelled ? cancellationToken : CancellationToken.None);
    }
}
