using System.Globalization;
using System.Net.Sockets;
using SocketConnector.Rendezvous.Sessions;
using SocketConnector.Rendezvous.Wire;

namespace SocketConnector.Rendezvous.Ends;

/// <summary>Why an end that connects has met nobody, as the one line that its user gets.</summary>
internal static class MeetFailure
{
    /// <summary>Of a call that ended without a partner.</summary>
    /// <param name="verdict">The relay's; none where the end's own time was over.</param>
    /// <param name="hasAnswered">Whether the relay has said anything.</param>
    /// <param name="waited">Since the beginning.</param>
    /// <param name="where">The session.</param>
    public static IOException Of(EndVerdict? verdict, bool hasAnswered, TimeSpan waited, RendezvousEndPoint where) => verdict switch
    {
        null when !hasAnswered => new IOException(VerdictText.Of(new EndVerdict.Unanswered($"nothing came for {Seconds(waited)}"), where)),
        null or EndVerdict.Refused { Code: RefusalCode.TimedOut } => NobodyListens(waited, where),
        _ => new IOException(VerdictText.Of(verdict, where)),
    };

    /// <summary>The relay was not connected to in time.</summary>
    public static SocketException NotReached(RendezvousEndPoint where) => new((int)SocketError.TimedOut, $"Cannot connect to {where.RelayText}: timed out");

    /// <summary>What a connector and the program take for a refused connection, since to their users it is one.</summary>
    private static IOException NobodyListens(TimeSpan waited, RendezvousEndPoint where) => new(
        $"no end listens in this session at {where.RelayText} (waited {Seconds(waited)}); one with another secret or mode is in another session",
        new SocketException((int)SocketError.ConnectionRefused));

    private static string Seconds(TimeSpan time) => string.Create(CultureInfo.InvariantCulture, $"{time.TotalSeconds:0.#} s");
}
