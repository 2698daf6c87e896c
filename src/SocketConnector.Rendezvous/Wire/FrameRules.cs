namespace SocketConnector.Rendezvous.Wire;

/// <summary>Rules beyond the type and length of a field, enforced by the reader and the writer alike.</summary>
internal static class FrameRules
{
    /// <summary>Strictly ascending, so that there is one way to write a list.</summary>
    public static bool IsAscending(IReadOnlyList<int> versions)
    {
        for (int i = 1; i < versions.Count; i++)
        {
            if (versions[i] <= versions[i - 1])
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Visible ASCII, as a JWT is; so a ticket can stand in a line of a log or in a header.</summary>
    public static bool IsVisible(string ticket) => !ticket.AsSpan().ContainsAnyExceptInRange('!', '~');

    /// <summary>The end that listens hears first from its partner: bytes of its own would have to be held by the relay for as long as it waits.</summary>
    public static bool MayBeEarly(EndRole role, int length) => role == EndRole.Connect || length == 0;
}
