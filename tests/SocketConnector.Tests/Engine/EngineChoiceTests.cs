using SocketConnector.TestKit;

namespace SocketConnector.Tests.Engine;

public sealed class EngineChoiceTests
{
    [Theory]
    [MemberData(nameof(Modes.All), MemberType = typeof(Modes))]
    public async Task A_plain_connection_has_the_engine_of_the_system(Mode mode)
    {
        await using RelayedPair pair = await RelayedPair.StartAsync(mode, Patient.Options);
        Assert.Equal(TestEngine.Plain, pair.Connection.Engine);
        await AssertRelaysAsync(pair);
    }

    [Theory]
    [MemberData(nameof(Modes.All), MemberType = typeof(Modes))]
    public async Task A_connection_that_is_told_to_be_portable_is(Mode mode)
    {
        await using RelayedPair pair = await RelayedPair.StartAsync(mode, Patient.Options with { Engine = EngineChoice.Portable });
        Assert.Equal(RelayEngine.Portable, pair.Connection.Engine);
        await AssertRelaysAsync(pair);
    }

    [Theory]
    [MemberData(nameof(Modes.AllWithSides), MemberType = typeof(Modes))]
    public async Task A_connection_with_a_transformer_on_either_side_is_portable(Mode mode, Side transformed)
    {
        var side = new SideOptions { Transformer = (source, destination, token) => source.CopyToAsync(destination, token) };
        await using RelayedPair pair = await RelayedPair.StartAsync(
            mode, Patient.Options, transformed == Side.A ? side : null, transformed == Side.B ? side : null);
        Assert.Equal(RelayEngine.Portable, pair.Connection.Engine);
        await AssertRelaysAsync(pair);
    }

    [Theory]
    [MemberData(nameof(Modes.All), MemberType = typeof(Modes))]
    public async Task A_connection_whose_traffic_is_logged_has_the_engine_of_the_system(Mode mode)
    {
        await using RelayedPair pair = await RelayedPair.StartAsync(mode, Patient.Options with { LogTraffic = true });
        Assert.Equal(TestEngine.Plain, pair.Connection.Engine);
        await AssertRelaysAsync(pair);
    }

    [Fact]
    public async Task The_hook_decides_for_one_connection_alone()
    {
        using var target = new TestServer();
        int joins = 0;
        ConnectorOptions options = Patient.Options with
        {
            BeforeJoining = (context, _) =>
            {
                if (Interlocked.Increment(ref joins) == 1)
                {
                    context.TransformBToA = (source, destination, token) => source.CopyToAsync(destination, token);
                }

                return ValueTask.CompletedTask;
            },
        };
        await using var connector = new Connector(options);
        CancellationToken token = TestContext.Current.CancellationToken;
        var connect = new ConnectOptions(target.EndPoint);
        Connection first = await connector.JoinAsync(connect, connect, token), second = await connector.JoinAsync(connect, connect, token);
        Assert.Equal((RelayEngine.Portable, TestEngine.Plain), (first.Engine, second.Engine));
    }

    private static async Task AssertRelaysAsync(RelayedPair pair)
    {
        await pair.A.WriteAsync("question");
        Assert.Equal("question", await pair.B.ReadTextAsync(8));
        await pair.B.WriteAsync("answer");
        Assert.Equal("answer", await pair.A.ReadTextAsync(6));
    }
}
