using System.Diagnostics;
using System.Net;
using SocketConnector.Rendezvous.Tests.Relay;
using SocketConnector.Rendezvous.Wire;
using SocketConnector.TestKit;

namespace SocketConnector.Rendezvous.Tests.Load;

/// <summary>Somebody who knows a session's name, and not its secret, joins as often as an address may, and never proves himself.</summary>
[Collection(Alone.Name)]
public sealed class ThiefTests(ITestOutputHelper output)
{
    // As many at once as the default lets an address join, which is more than a pool has places.
    private const int Joins = 600;

    // MaxStandby, and 256 more.
    private const int Places = 288;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(EndToEndMode.Tls)]
    [InlineData(EndToEndMode.Proof)]
    public async Task B114_A_thief_of_the_name_that_holds_all_he_can_holds_honest_partners_up_for_seconds(EndToEndMode mode)
    {
        await using Rendezvous rendezvous = await Rendezvous.StartAsync();
        await using TransportListener listening = await Via(rendezvous, mode, IPAddress.Loopback).ListenAsync(Cancelled);
        long begun = Stopwatch.GetTimestamp();
        var thieves = new List<RawEnd>(Joins);
        var holding = new List<Task>(Joins);
        for (int i = 0; i < Joins; i++)
        {
            // One that is denied, since too many queue, holds nothing.
            await Eventually.TrueAsync(() => rendezvous.Relay.GetStats() is { Waiting: < 200 } or { Pairs: >= Places }, explain: () => $"{rendezvous.Relay.GetStats().Pairs} pairs");
            thieves.Add(await RawEnd.JoinAsync(rendezvous.EndPoint, rendezvous.Secret.NameOf(mode), EndRole.Connect, from: 66));
            var counted = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            holding.Add(HoldAsync(thieves[^1], counted));
            await counted.Task.InTimeAsync(what: "an answer to the thief");
        }

        Assert.InRange(rendezvous.Relay.GetStats().Pairs, Places, Joins);
        RendezvousEndPoint honest = Via(rendezvous, mode, IPAddress.Parse("127.0.3.1"));
        for (int served = 0; served < 3;)
        {
            try
            {
                await using Stream stream = (await honest.ConnectAsync(Cancelled).AsTask().InTimeAsync(what: "an honest partner")).Stream;
                Assert.NotNull(await listening.AcceptAsync(Cancelled).AsTask().InTimeAsync(what: "an honest partner, accepted"));
                served++;
                output.WriteLine($"{mode}: served after {Stopwatch.GetElapsedTime(begun).TotalSeconds:0.0} s");
            }
            catch (IOException error)
            {
                // The session was full, or the name's thief had its place. Its user tries again.
                output.WriteLine($"{mode}: {error.Message}");
                Assert.True(Stopwatch.GetElapsedTime(begun) < Eventually.Deadline, error.Message);
            }
        }

        thieves.ForEach(static thief => thief.Dispose());
        await Task.WhenAll(holding).InTimeAsync(what: "the thief's leaving");
    }

    private static RendezvousEndPoint Via(Rendezvous rendezvous, EndToEndMode mode, IPAddress from) =>
        new(new ConnectOptions(rendezvous.EndPoint) { Bind = from }, rendezvous.Secret) { EndToEnd = mode, HandshakeTimeout = TimeSpan.FromHours(1), LoggerFactory = rendezvous.Log };

    /// <summary>Says yes to each partner, and nothing else; gone when it is cut or disposed.</summary>
    /// <param name="thief">It.</param>
    /// <param name="counted">Set once the relay has answered its JOIN.</param>
    private static async Task HoldAsync(RawEnd thief, TaskCompletionSource counted)
    {
        try
        {
            await thief.ExpectAsync<WelcomeFrame>();
            while (await thief.ReadAsync() is var frame && frame is not PairedFrame)
            {
                counted.TrySetResult();
                if (frame is OpenFrame)
                {
                    await thief.WriteAsync(new AcceptFrame());
                }
            }

            counted.TrySetResult();
            await thief.Peer.ReadToWhateverEndAsync();
        }
        catch (Exception)
        {
            // Refused, cut or disposed.
        }
        finally
        {
            counted.TrySetResult();
        }
    }
}
