using System.Net;
using SocketConnector.Rendezvous.Tests.Relay;
using SocketConnector.Rendezvous.Wire;
using SocketConnector.TestKit;

namespace SocketConnector.Rendezvous.Tests.Load;

/// <summary>Clients of a relay with tickets that mean it no good, each from one of many addresses. Each method fails if the relay does not get rid of its client as it should.</summary>
/// <param name="relay">Where the relay is.</param>
/// <param name="right">A ticket that lets an end in, for those that join only to leave.</param>
internal sealed class HostileCrowd(EndPoint relay, string right)
{
    private const int Addresses = 200;

    private static readonly string _wrong = new TicketMint(TicketKey.Hs256("hs", RandomBytes.Of(114, 32))).Sign(new Ticket("acme", TimeProvider.System.GetUtcNow().AddHours(1)));

    /// <summary>Says nothing, and is cut.</summary>
    public async Task BeSilentAsync(int number)
    {
        using RawEnd end = await ConnectAsync(number);
        await end.GoneAsync();
    }

    /// <summary>Leaves: before it has said anything, in the middle of its opening, or while it waits.</summary>
    public async Task LeaveAsync(int number)
    {
        using RawEnd end = number % 3 == 0 ? await RawEnd.WaitAsync(relay, Session(number), EndRole.Listen, right, From(number)) : await ConnectAsync(number);
        if (number % 3 == 1)
        {
            await end.Peer.WriteAsync(Opening.Bytes[..3].ToArray());
        }

        end.Peer.Reset();
    }

    /// <summary>Sends what is nothing that the relay speaks, and is cut; or no frame behind the right opening, and is refused.</summary>
    public async Task SendGarbageAsync(int number)
    {
        using RawEnd end = await ConnectAsync(number);
        byte[] garbage = RandomBytes.Of(number, 200);
        garbage[0] |= 0x80;
        if (IsUnknown(number))
        {
            await end.Peer.WriteAsync(garbage);
            await end.GoneAsync();
        }
        else
        {
            await end.Peer.WriteAsync((byte[])[.. Opening.Bytes, .. garbage]);
            await end.RefusedAsync(RefusalCode.Malformed, isWelcome: false);
        }
    }

    /// <summary>Whether the garbage with a number has not even the right opening.</summary>
    public static bool IsUnknown(int number) => number % 2 == 0;

    /// <summary>Shows a ticket that another key has signed, and is denied.</summary>
    public async Task ShowWrongTicketAsync(int number)
    {
        using RawEnd end = await RawEnd.JoinAsync(relay, Session(number), number % 2 == 0 ? EndRole.Listen : EndRole.Connect, _wrong, from: From(number));
        await end.RefusedAsync(RefusalCode.Denied);
    }

    private static byte From(int number) => (byte)(1 + (number % Addresses));

    private static SessionName Session(int number) => SessionSecret.Parse($"a stranger's session {number}").NameOf(EndToEndMode.None);

    private Task<RawEnd> ConnectAsync(int number) => RawEnd.ConnectAsync(relay, From(number));
}
