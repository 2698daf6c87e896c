using SocketConnector.Cli.Admin;

namespace SocketConnector.Cli.Top;

/// <summary>The channel that is asked. Where it was found rather than named, the one that runs now takes the place of one that has gone.</summary>
/// <param name="client">Its owner disposes it.</param>
/// <param name="isFound">Whether it was found.</param>
internal sealed class RelayLink(AdminClient client, bool isFound) : IDisposable
{
    private AdminClient? _found;

    public AdminClient Client => _found ?? client;

    /// <summary>A relay that was started again has its socket elsewhere.</summary>
    public async Task FindAgainAsync(CancellationToken cancellationToken)
    {
        if (isFound && await AdminFinder.FindAsync(AutomaticPlace.OfProcess(), cancellationToken) is [{ Place: var only }] && only.Text != Client.Place)
        {
            _found?.Dispose();
            _found = new AdminClient(only);
        }
    }

    public void Dispose() => _found?.Dispose();
}
