namespace SocketConnector.Cli.Admin;

/// <summary>An admin channel that answers.</summary>
/// <param name="Place">Where.</param>
/// <param name="Connectors">What it has.</param>
internal sealed record FoundChannel(AdminPlace Place, ConnectorList Connectors);

/// <summary>Looks for the running connectors of this user.</summary>
internal static class AdminFinder
{
    // On this machine, and from a program that may be busy.
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(2);

    /// <summary>Those whose sockets answer. What does not is left over from a program that was killed.</summary>
    public static async Task<IReadOnlyList<FoundChannel>> FindAsync(AutomaticPlace place, CancellationToken cancellationToken)
    {
        string[] sockets = [.. place.Searched.SelectMany(static each => SocketsIn(each.Folder, each.Pattern)).Distinct(StringComparer.Ordinal)];
        FoundChannel?[] found = await Task.WhenAll(sockets.Select(socket => AskAsync(socket, cancellationToken)));
        return [.. found.OfType<FoundChannel>()];
    }

    /// <returns>Nothing where it does not answer, or not as a channel does.</returns>
    public static async Task<FoundChannel?> AskAsync(AdminPlace place, CancellationToken cancellationToken)
    {
        try
        {
            using var client = new AdminClient(place, _patience);
            return new FoundChannel(place, await client.GetConnectorsAsync(cancellationToken));
        }
        catch (AdminFailure)
        {
            return null;
        }
    }

    /// <summary>None of a folder that another user has made, and could answer in.</summary>
    private static string[] SocketsIn(string folder, string pattern)
    {
        try
        {
            return Directory.Exists(folder) && UserNumber.OwnsFolder(folder) ? [.. Directory.GetFiles(folder, pattern).Order(StringComparer.Ordinal)] : [];
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // It is gone, or closed to this user.
            return [];
        }
    }

    private static async Task<FoundChannel?> AskAsync(string path, CancellationToken cancellationToken)
    {
        try
        {
            return await AskAsync(AdminPlace.Unix(path), cancellationToken);
        }
        catch (ArgumentException)
        {
            return null;
        }
    }
}
