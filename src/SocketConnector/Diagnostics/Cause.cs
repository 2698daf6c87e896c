namespace SocketConnector.Diagnostics;

/// <summary>A close reason and whose doing it was, as messages say it.</summary>
internal readonly record struct Cause(CloseReason Reason, Side? Side)
{
    public override string ToString()
    {
        string reason = Reason.ToString();
        string name = $"{char.ToLowerInvariant(reason[0])}{reason.AsSpan(1)}";
        return Side is Side side ? $"{name} by side {side}" : name;
    }
}
