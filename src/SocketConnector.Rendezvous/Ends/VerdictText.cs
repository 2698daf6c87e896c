using System.Globalization;
using SocketConnector.Rendezvous.Sessions;
using SocketConnector.Rendezvous.Wire;

namespace SocketConnector.Rendezvous.Ends;

/// <summary>What has become of a connection to the relay, in words for whoever asked for it.</summary>
internal static class VerdictText
{
    public static string Of(EndVerdict verdict, RendezvousEndPoint where) => verdict switch
    {
        EndVerdict.Refused refused => $"the relay {where.RelayText} refuses: {Of(refused.Code, where.Ticket is not null)}{After(refused.RetryAfter)}",
        EndVerdict.GoAway => "the relay stops",
        EndVerdict.Dead dead => $"the relay is lost: {dead.Reason}",
        EndVerdict.Broken broken => $"the relay breaks the protocol: {broken.Reason}",
        _ => verdict.ToString(),
    };

    private static string Of(RefusalCode code, bool hasTicket) => code switch
    {
        RefusalCode.Denied when hasTicket => "the ticket does not let this end in: it may have expired, or be for another session or role, or the session is full",
        RefusalCode.Denied => "it asks for a ticket, and there is none",
        RefusalCode.Busy => "too much at the moment",
        RefusalCode.Draining => "it stops",
        RefusalCode.Malformed => "it did not understand what was sent",
        RefusalCode.Version => "no version of the protocol that both speak",
        RefusalCode.TimedOut => "no partner came in time",
        _ => string.Create(CultureInfo.InvariantCulture, $"code {(int)code}"),
    };

    private static string After(TimeSpan? retryAfter) =>
        retryAfter is { } after && after > TimeSpan.Zero ? string.Create(CultureInfo.InvariantCulture, $"; come again in {after.TotalSeconds:0.#} s") : "";
}
