using SocketConnector.Rendezvous.Sessions;

namespace SocketConnector.Rendezvous.Relay;

/// <summary>Why an end is gone, in words for a log.</summary>
internal static class GoneText
{
    /// <summary>Whether it is nobody's fault.</summary>
    public static bool IsNormal(GoneReason reason) => reason is GoneReason.Left or GoneReason.TimedOut or GoneReason.Draining;

    public static string Of(GoneReason reason) => reason switch
    {
        GoneReason.Left => "it left",
        GoneReason.Malformed => "what it sent is not SCR/1, or not in this state",
        GoneReason.Version => "it speaks no version that this relay speaks",
        GoneReason.NeverJoined => "it did not join a session in time",
        GoneReason.Unanswered => "it did not answer when a partner came",
        GoneReason.NoHeartbeat => "it answered no ping",
        GoneReason.TimedOut => "no partner came in time",
        GoneReason.Draining => "the relay stops",
        GoneReason.Ticket => "its ticket is missing, wrong, expired, or for something else",
        GoneReason.SessionFull => "too many wait in its session",
        GoneReason.RelayFull => "too many wait at this relay",
        GoneReason.AddressFull => "too many wait from its address",
        GoneReason.TenantFull => "too many wait of its tenant",
        GoneReason.TenantSessions => "its tenant has too many sessions",
        GoneReason.AddressRate => "too many joins from its address",
        GoneReason.TenantRate => "too many joins of its tenant",
        _ => reason.ToString(),
    };
}
