using System.Text.Json;
using SocketConnector.Cli.Tests.Processes;
using SocketConnector.TestKit;

namespace SocketConnector.Cli.Tests.EndToEnd;

/// <summary>What <c>share</c> and <c>join</c> say, and how they stop.</summary>
public sealed class ShareTests
{
    [Theory]
    [InlineData("INT")]
    [InlineData("TERM")]
    [InlineData("HUP")]
    public async Task B72_A_signal_lets_what_is_joined_finish_at_both_ends_and_at_the_relay(string signal)
    {
        await using ChildProcess relay = TheProgram.Start("rendezvous", "127.0.0.1:0");
        using var service = new TestServer();
        await using ChildProcess share = TheProgram.Start("share", service.EndPoint.ToString(), "--via", await relay.RelayAsync());
        await using ChildProcess join = TheProgram.Start("join", (await share.ReadLineAsync()).Split(' ')[2]);
        using TestPeer client = await ProgramPair.DialAsync(await join.ListeningAsync(Side.A));
        using TestPeer accepted = await service.AcceptAsync();
        await client.WriteAsync("before");
        Assert.Equal("before", await accepted.ReadTextAsync(6));

        foreach (ChildProcess program in (ChildProcess[])[relay, share, join])
        {
            await program.SignalAsync(signal);
            await program.ErrorLineAsync("stopping; 1 ");
        }

        await client.WriteAsync("behind");
        client.EndHalf();
        Assert.Equal("behind", await accepted.ReadTextToEndAsync());
        accepted.EndHalf();
        Assert.Equal("", await client.ReadTextToEndAsync());
        await join.ExpectExitAsync(0);
        await share.ExpectExitAsync(0);
        await relay.ExpectExitAsync(0);
    }

    [Fact]
    public async Task B118_For_a_program_the_code_comes_as_an_object()
    {
        await using ChildProcess relay = TheProgram.Start("rendezvous", "127.0.0.1:0");
        string at = await relay.RelayAsync();
        await using var service = new EchoServer();
        await using ChildProcess share = TheProgram.Start("share", service.EndPoint.ToString(), "--via", at, "--json", "--name", "db");
        await share.LineAsync("\"code\"");
        using var told = JsonDocument.Parse(Assert.Single(share.Raw.Output));
        Assert.Equal(["time", "connector", "event", "code", "relay"], told.RootElement.EnumerateObject().Select(field => field.Name));
        Assert.Equal(("code", at), (told.RootElement.GetProperty("event").GetString(), told.RootElement.GetProperty("relay").GetString()));
        await using ChildProcess join = TheProgram.Start("join", told.RootElement.GetProperty("code").GetString()!);
        using TestPeer client = await ProgramPair.DialAsync(await join.ListeningAsync(Side.A));
        await client.WriteAsync("hello");
        client.EndHalf();
        Assert.Equal("hello", await client.ReadTextToEndAsync());
        Assert.All((await share.StopAsync()).Concat(share.Raw.Output), line => Assert.StartsWith("{", line, StringComparison.Ordinal));
    }
}
