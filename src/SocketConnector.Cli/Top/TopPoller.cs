using System.Globalization;
using System.Text.Json;
using SocketConnector.Cli.Admin;

namespace SocketConnector.Cli.Top;

/// <summary>What is to be asked.</summary>
/// <param name="Query">The rows that are on the screen.</param>
/// <param name="Details">The connection whose details are.</param>
internal sealed record TopWish(ConnectionQuery Query, long? Details);

/// <summary>Asks the relay once a second, and at once where the screen wants something else.</summary>
/// <param name="link">Whom.</param>
/// <param name="wish">What at first.</param>
internal sealed class TopPoller(RelayLink link, TopWish wish)
{
    private static readonly TimeSpan _second = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(5);

    private readonly SemaphoreSlim _wake = new(0);
    private volatile TopWish _wish = wish;
    private int _isAwake;

    public void Want(TopWish wanted)
    {
        if (wanted != _wish)
        {
            _wish = wanted;
            Hurry();
        }
    }

    /// <summary>Asks at once, since something has been done.</summary>
    public void Hurry()
    {
        if (Interlocked.Exchange(ref _isAwake, 1) == 0)
        {
            _wake.Release();
        }
    }

    /// <param name="answered">What came.</param>
    /// <param name="failed">Why nothing did, in a line for people.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async Task RunAsync(Action<TopAnswer> answered, Action<string> failed, CancellationToken cancellationToken)
    {
        long sample = 0;
        bool isSample = true;
        while (true)
        {
            if (isSample)
            {
                sample = TimeProvider.System.GetTimestamp();
            }

            if (await TryAskAsync(isSample, failed, cancellationToken) is { } answer)
            {
                answered(answer);
            }

            TimeSpan left = _second - TimeProvider.System.GetElapsedTime(sample);
            isSample = left <= TimeSpan.Zero || !await _wake.WaitAsync(left, cancellationToken);
            Interlocked.Exchange(ref _isAwake, 0);
        }
    }

    private async Task<TopAnswer?> TryAskAsync(bool isSample, Action<string> failed, CancellationToken cancellationToken)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(_patience);
        try
        {
            return await AskAsync(_wish, isSample, patience.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            failed(string.Create(CultureInfo.InvariantCulture, $"no answer came from {link.Client.Place} in {_patience.TotalSeconds:0} s"));
        }
        catch (AdminFailure failure)
        {
            failed(failure.Message);
            await link.FindAgainAsync(cancellationToken);
        }
        catch (JsonException)
        {
            failed($"what answers at {link.Client.Place} does not speak as the admin channel of this version does");
        }

        return null;
    }

    private async Task<TopAnswer> AskAsync(TopWish wanted, bool isSample, CancellationToken cancellationToken)
    {
        AdminClient client = link.Client;
        ConnectorList connectors = await client.GetConnectorsAsync(cancellationToken);
        ConnectionPage page = await client.GetConnectionsAsync(wanted.Query, cancellationToken);
        ConnectionInfo[] rows = [.. page.Connections.Select(static each => each.Deserialize(AdminJson.Default.ConnectionInfo)!)];
        return new TopAnswer(connectors, new RowPage(wanted.Query.Offset, page.Total, page.Matched, rows), isSample)
        {
            DetailsOf = wanted.Details,
            Details = wanted.Details is long id ? await TryShowAsync(client, id, cancellationToken) : null,
        };
    }

    private static async Task<ConnectionInfo?> TryShowAsync(AdminClient client, long id, CancellationToken cancellationToken)
    {
        try
        {
            return (await client.GetConnectionAsync(id, cancellationToken)).Deserialize(AdminJson.Default.ConnectionInfo);
        }
        catch (AdminFailure failure) when (failure.IsUnknown)
        {
            return null;
        }
    }
}
