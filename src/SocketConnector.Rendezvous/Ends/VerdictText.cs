using System.Globalization;
using SocketConnector.Rendezvous.Sessions;
using SocketConnector.Rendezvous.Wire;

namespace SocketConnector.Rendezvous.Ends;

/// <summary>Verdicts as error messages.</summary>
internal static class VerdictText
{
    public static string Of(EndVerdict verdict, RendezvousEndPoint where) => verdict switch
    {
        EndVerdict.Refused refused => $"the relay {where.RelayText} refuses: {Of(refused.Code, where.Ticket is not null)}{After(refused.RetryAfter)}",
        EndVerdict.GoAway => "the relay is shutting down",
        EndVerdict.Unanswered none => $"{where.RelayText} does not answer as a relay does: {none.Reason}{(where.Relay.Tls is null ? "; it may speak TLS alone, and this end speaks none" : "")}",
        EndVerdict.Dead dead => $"the relay is lost: {dead.Reason}",
        EndVerdict.Broken broken => $"the relay breaks the protocol: {broken.Reason}",
        _ => verdict.ToString(),
    };

    private static string Of(RefusalCode code, bool hasTicket) => code switch
    {
        RefusalCode.Denied when hasTicket => "the ticket does not let this end in: it may have expired, or be for another session or role, or the session is full",
        RefusalCode.Denied => "it does not admit this end: it may ask for a ticket, which this end does not have, or the session is full",
        RefusalCode.Busy => "it is at a limit",
        RefusalCode.Draining => "it is shutting down",
        RefusalCode.Malformed => "it did not understand what was sent",
        RefusalCode.Version => "no version of the protocol that both speak",
        RefusalCode.TimedOut => "no partner came in time",
        _ => string.Create(CultureInfo.InvariantCulture, $"code {(int)code}"),
    };

    private static string After(TimeSpan? retryAfter) =>
        retryAfter is { } after && after > TimeSpan.Zero ? string.Create(CultureInfo.InvariantCulture, $"; retry in {after.TotalSeconds:0.#} s") : "";
}
