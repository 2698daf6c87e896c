using SocketConnector.Cli.Admin;
using SocketConnector.Cli.Tables;

namespace SocketConnector.Cli.Top;

/// <summary>One capture in the background, from its key to the next press of it, or to the end of the relay.</summary>
internal sealed class TopCapture : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly long _id;
    private readonly string _file;
    private readonly Task<string> _running;
    private volatile bool _hasFile;

    private TopCapture(AdminClient client, long id, string file)
    {
        (_id, _file) = (id, file);
        _running = RunAsync(client);
    }

    /// <summary>Finishes with a line on how it went, and never fails.</summary>
    public Task<string> Ended => _running;

    public CaptureProgress Progress => new(_id, _file, Size);

    public static TopCapture Start(AdminClient client, long id, string file) => new(client, id, file);

    public Task StopAsync() => _stop.CancelAsync();

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _running;
        _stop.Dispose();
    }

    private long Size => _hasFile && new FileInfo(_file) is { Exists: true, Length: var length } ? length : 0;

    private async Task<string> RunAsync(AdminClient client)
    {
        try
        {
            await client.CaptureAsync(FormattableString.Invariant($"?connection={_id}"), Open, _stop.Token);
            return Told("the relay has ended the capture of");
        }
        catch (OperationCanceledException)
        {
            return Told("captured");
        }
        catch (AdminFailure failure)
        {
            return failure.IsEnd ? Told("the relay has ended the capture of") : failure.Message;
        }
        catch (IOException error)
        {
            return $"{Told("the capture has ended early:")}: {error.Message}";
        }
    }

    private FileStream Open()
    {
        FileStream file = CaptureFile.Create(_file);
        _hasFile = true;
        return file;
    }

    private string Told(string what) => FormattableString.Invariant($"{what} #{_id} to {_file}, {SizeText.Of(Size)}");
}
