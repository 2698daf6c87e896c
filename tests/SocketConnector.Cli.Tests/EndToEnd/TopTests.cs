using System.Globalization;
using SocketConnector.Cli.Tests.Admin;
using SocketConnector.Cli.Tests.Processes;
using SocketConnector.Cli.Tests.Top;
using SocketConnector.Cli.Top;
using SocketConnector.TestKit;

namespace SocketConnector.Cli.Tests.EndToEnd;

/// <summary><c>top</c> on a terminal, asking a relay that has ten thousand connections or the real one.</summary>
public sealed class TopTests : IDisposable
{
    private const int Many = 10_000;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("top-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task B135_What_is_no_terminal_is_told_so()
    {
        await using var admin = FakeAdmin.OnUnixSocket();
        await using ChildProcess top = TheProgram.Start("top", "--admin", admin.Place);
        await top.ExpectExitAsync(2);
        Assert.Equal(["socketconnector: top draws on a terminal, and standard output is none; use list or watch"], top.Errors);
        Assert.Empty(await top.ReadLinesToEndAsync());
        Assert.Empty(admin.Requests);
    }

    [Fact]
    public async Task B135_The_screen_shows_what_the_relay_says_in_any_size()
    {
        await using var admin = FakeAdmin.OnUnixSocket();
        admin.AnswerCrowd(Many);
        await using TmuxTerminal terminal = await StartAsync(admin.Place, 80, 24);
        await ShowsAsync(terminal, Rows.Shown(80, 24, Many));

        await terminal.ResizeAsync(200, 60);
        await ShowsAsync(terminal, Rows.Shown(200, 60, Many));

        await terminal.ResizeAsync(40, 10);
        TopState small = Rows.Shown(40, 10, Many);
        await ShowsAsync(terminal, small);

        await terminal.SendAsync("End");
        await ShowsAsync(terminal, small.Press(KeyName.End).Answered(Many));
        Assert.Contains("GET /v1/connections?filter=&sort=id&order=asc&offset=9995&limit=5", admin.Asked);
    }

    [Fact]
    public async Task B135_Keys_sort_filter_show_and_end()
    {
        await using var admin = FakeAdmin.OnUnixSocket();
        admin.AnswerCrowd(Many).Answer("GET /v1/connections/2", Answers.Connection(2, "alice")).Answer("POST /v1/connections/2/end", "{}", 202).Answer("POST /v1/connectors/1/drain", "{}", 202);
        await using TmuxTerminal terminal = await StartAsync(admin.Place, 80, 24);
        await terminal.ShowsAsync("1-16 of 10000 by id");

        await terminal.SendAsync("s");
        await terminal.ShowsAsync("by age, largest first");
        await terminal.SendAsync("/", "#2", "Enter");
        await terminal.ShowsAsync("1-1 of 1 with #2, of 10000, by age");
        await terminal.SendAsync("Enter");
        await terminal.ShowsAsync("#2 joined");
        await terminal.ShowsAsync("alice");

        await terminal.SendAsync("e");
        await terminal.ShowsAsync("End #2 A 127.0.0.1:5000");
        await terminal.SendAsync("n");
        await terminal.ShowsAsync("Esc back");
        Assert.DoesNotContain(admin.Asked, static asked => asked.StartsWith("POST", StringComparison.Ordinal));
        await AnswerAsync(terminal, "e");
        await terminal.ShowsAsync("#2 ends in order");

        await terminal.SendAsync("Escape");
        await terminal.ShowsAsync("AGE▼");
        await AnswerAsync(terminal, "d");
        await terminal.ShowsAsync("it accepts no more");
        Assert.Equal(["POST /v1/connections/2/end", "POST /v1/connectors/1/drain"], admin.Asked.Where(static asked => asked.StartsWith("POST", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task B135_Whatever_keys_are_held_four_frames_a_second_are_drawn_and_nothing_is_cleared()
    {
        const int Seconds = 3;
        await using var admin = FakeAdmin.OnUnixSocket();
        admin.AnswerCrowd(Many);
        await using TmuxTerminal terminal = await StartAsync(admin.Place, 80, 24);
        await terminal.ShowsAsync("1-16 of 10000");

        await terminal.RecordAsync();
        long start = TimeProvider.System.GetTimestamp();
        while (TimeProvider.System.GetElapsedTime(start).TotalSeconds < Seconds)
        {
            await terminal.SendAsync("Down", "Down", "Up");
        }

        double seconds = TimeProvider.System.GetElapsedTime(start).TotalSeconds;
        string written = await terminal.ReadWrittenAsync();
        string[] frames = written.Split("\e[?2026h")[1..];
        Assert.InRange(frames.Length, Seconds, (int)(seconds * 4) + 2);
        Assert.All(frames[..^1], static frame => Assert.EndsWith("\e[?2026l", frame, StringComparison.Ordinal));
        Assert.DoesNotMatch(@"\e\[[0-9]*[JKLM]", written);
    }

    [Theory]
    [InlineData("q")]
    [InlineData("C-c")]
    [InlineData("TERM")]
    public async Task B135_The_terminal_is_given_back_as_it_was(string end)
    {
        await using var admin = FakeAdmin.OnUnixSocket();
        admin.AnswerCrowd(Many);
        string script = $"echo before; stty -a > {Saved("before")}; sh -c 'echo $$ > {Saved("id")}; exec \"$@\"' sh {InShell(admin.Place)}; echo \"ended $?\"; stty -a > {Saved("after")}; echo after; sleep 100";
        await using TmuxTerminal terminal = await TmuxTerminal.StartAsync(80, 24, script);
        await terminal.ShowsAsync("1-16 of 10000");
        Assert.Equal("1 0", await terminal.AskAsync("#{alternate_on} #{cursor_flag}"));

        if (end == "TERM")
        {
            await TmuxTerminal.SignalAsync(end, int.Parse(await File.ReadAllTextAsync(Saved("id"), TestContext.Current.CancellationToken), CultureInfo.InvariantCulture));
        }
        else
        {
            await terminal.SendAsync(end);
        }

        Assert.Equal(["before", "ended 0", "after"], await terminal.ShowsAsync("after"));
        Assert.Equal("0 1", await terminal.AskAsync("#{alternate_on} #{cursor_flag}"));
        Assert.Equal(await File.ReadAllTextAsync(Saved("before"), TestContext.Current.CancellationToken), await File.ReadAllTextAsync(Saved("after"), TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task B135_A_relay_that_goes_is_told_in_one_line_and_found_again()
    {
        ChildProcess relay = await RelayAsync();
        await using TmuxTerminal terminal = await StartAsync(Place, 80, 24);
        await terminal.ShowsAsync("there is no connection");
        await relay.StopAsync();
        await relay.DisposeAsync();
        string[] screen = await terminal.ShowsAsync("gone, trying again: ");
        Assert.Single(screen, static line => line.Contains("gone", StringComparison.Ordinal));

        await using ChildProcess again = await RelayAsync();
        await terminal.ShowsAsync("0 open   waiting A 0 B 0");
        await AnswerAsync(terminal, "d");
        await again.ExpectExitAsync(0);
    }

    [Fact]
    public async Task B135_A_connection_is_captured_until_the_key_is_pressed_again()
    {
        string file = Path.Combine(_folder.FullName, "x.pcapng");
        await using ProgramPair pair = await ProgramPair.StartAsync("server-to-server", "--admin", Place);
        (TestPeer a, TestPeer b) = await pair.ConnectAsync();
        using (a)
        using (b)
        {
            await using TmuxTerminal terminal = await StartAsync(Place, 120, 24);
            await terminal.ShowsAsync("1-1 of 1 by id");
            await terminal.SendAsync("c", "C-u", file, "Enter");
            await terminal.ShowsAsync("capturing #1 to ");
            await Eventually.TrueAsync(() => File.Exists(file));
            await a.WriteAsync("hello, capture");
            Assert.Equal("hello, capture", await b.ReadTextAsync(14));
            await Eventually.TrueAsync(() => File.ReadAllText(file).Contains("hello, capture", StringComparison.Ordinal));
            await terminal.SendAsync("c");
            await terminal.ShowsAsync("captured #1 to ");

            await AnswerAsync(terminal, "e");
            await terminal.ShowsAsync("there is no connection");
            Assert.Empty(await b.ReadToEndAsync());
        }
    }

    private string Place => $"unix:{Path.Combine(_folder.FullName, "a.sock")}";

    private string Saved(string name) => Path.Combine(_folder.FullName, name);

    private async Task<ChildProcess> RelayAsync()
    {
        ChildProcess relay = TheProgram.Start("server-to-server", "127.0.0.1:0", "127.0.0.1:0", "--admin", Place);
        await relay.LineAsync("side B listening");
        return relay;
    }

    private static string InShell(string place) => TheProgram.InShell("top", "--admin", place);

    private static Task<TmuxTerminal> StartAsync(string place, int columns, int lines) => TmuxTerminal.StartAsync(columns, lines, $"exec {InShell(place)}");

    /// <summary>Line by line what the state says; there is no traffic, so that nothing moves. The first line tells the age of the program.</summary>
    private static async Task ShowsAsync(TmuxTerminal terminal, TopState expected)
    {
        string[] lines = [.. expected.Screen().Select(static line => line.TrimEnd())];
        await terminal.ShowsAsync(screen => lines.Skip(1).SequenceEqual(screen.Skip(1), StringComparer.Ordinal), $"this:\n{string.Join('\n', lines)}");
    }

    /// <summary>Says yes once it is asked.</summary>
    private static async Task AnswerAsync(TmuxTerminal terminal, string key)
    {
        await terminal.SendAsync(key);
        await terminal.ShowsAsync(key == "e" ? "End #" : "It accepts no more");
        await terminal.SendAsync("y");
    }
}
