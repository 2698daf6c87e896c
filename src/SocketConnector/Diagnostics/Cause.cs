namespace SocketConnector.Diagnostics;

/// <summary>A close reason and the side that caused it, in the words that messages and events have for people, and in JSON.</summary>
internal readonly record struct Cause(CloseReason Reason, Side? Side)
{
    /// <summary>The reason in JSON.</summary>
    public string JsonReason => CloseReasonName.InJson(Reason);

    public override string ToString()
    {
        string reason = CloseReasonName.InWords(Reason);
        string preposition = Reason is CloseReason.Completed or CloseReason.PeerReset ? "by" : "on";
        return Side is Side side ? $"{reason} {preposition} side {side}" : reason;
    }
}
