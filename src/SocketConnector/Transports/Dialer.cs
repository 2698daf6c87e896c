using System.Net;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using SocketConnector.Loops;
using SocketConnector.Sockets;

namespace SocketConnector.Transports;

/// <summary>Connects out, under a deadline.</summary>
/// <param name="timeout">For each connect, name resolution, other addresses and retries included.</param>
/// <param name="time">The clock.</param>
/// <param name="loops">Where to wait; with none, the runtime does.</param>
/// <param name="resolver">Looks names up; with none, the runtime does.</param>
internal sealed class Dialer(TimeSpan timeout, TimeProvider time, LoopGroup? loops, NameResolver? resolver = null)
{
    // How long a Unix socket with a full backlog is left alone: nothing tells when there is room (unix(7)).
    private static readonly TimeSpan _firstRest = TimeSpan.FromMilliseconds(5);
    private static readonly TimeSpan _longestRest = TimeSpan.FromMilliseconds(100);

    private readonly ConditionalWeakTable<ConnectOptions, DialTargets> _targets = [];
    private readonly long _start = time.GetTimestamp();

    public TimeProvider Time => time;

    /// <summary>Since the dialer was made.</summary>
    public TimeSpan Now => time.GetElapsedTime(_start);

    public NameCache Names { get; } = new(resolver ?? Dns.GetHostAddressesAsync, time);

    /// <summary>What the options name, with what is known of it as long as the options exist.</summary>
    public DialTargets TargetsOf(ConnectOptions options) => _targets.GetValue(options, static options => new DialTargets(options));

    /// <summary>Begins to connect on behalf of a peer, near it where that is faster.</summary>
    /// <exception cref="SocketException">Refused or unreachable at once; the message names the end point.</exception>
    public ConnectAttempt Begin(DialTargets targets, ByteStream peer)
    {
        EventLoop? home = loops is not null && peer is DescriptorSocket near ? near.Home : null;
        if (targets.Straight is not { } address)
        {
            var dial = new Dial(this, targets);
            if (home is not null)
            {
                dial.BeginNear(home);
            }

            return new ConnectAttempt(this, dial);
        }

        if (home is null)
        {
            return new ConnectAttempt(this, address, null);
        }

        try
        {
            DescriptorReserve.Demand();
            return new ConnectAttempt(this, address, DescriptorConnect.Start(address, home));
        }
        catch (SocketException error)
        {
            throw SocketFailure.At("Cannot connect to", address, error);
        }
    }

    /// <exception cref="SocketException">Refused, unreachable, unknown or too slow (<see cref="SocketError.TimedOut"/>); the message names the end point.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public Task<ByteStream> ConnectAsync(DialTargets targets, CancellationToken cancellationToken) =>
        targets.Straight is { } address ? ConnectAsync(address, null, cancellationToken) : ConnectAsync(new Dial(this, targets), cancellationToken);

    /// <summary>Goes on with a dial.</summary>
    /// <inheritdoc cref="ConnectAsync(DialTargets, CancellationToken)"/>
    internal Task<ByteStream> ConnectAsync(Dial dial, CancellationToken cancellationToken) => dial.FinishAsync(timeout, cancellationToken);

    /// <summary>Goes on with what was begun, if it was.</summary>
    /// <inheritdoc cref="ConnectAsync(DialTargets, CancellationToken)"/>
    internal async Task<ByteStream> ConnectAsync(IPEndPoint address, DescriptorConnect? begun, CancellationToken cancellationToken)
    {
        ByteStream? socket = begun?.Socket;
        try
        {
            using var deadline = new CancellationTokenSource(timeout, time);
            return socket = await ConnectAsync(address, begun, deadline.Token, cancellationToken).ConfigureAwait(false);
        }
        catch
        {
            socket?.Close();
            throw;
        }
    }

    private async Task<ByteStream> ConnectAsync(IPEndPoint address, DescriptorConnect? begun, CancellationToken deadline, CancellationToken cancellationToken)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline, cancellationToken);
        try
        {
            return begun is { } connecting
                ? await connecting.FinishAsync(either.Token).ConfigureAwait(false)
                : await ConnectToAsync(address, default, either.Token).ConfigureAwait(false);
        }
        catch (SocketException error)
        {
            throw SocketFailure.At("Cannot connect to", address, error);
        }
        catch (OperationCanceledException) when (deadline.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw SocketFailure.At("Cannot connect to", address, new SocketException((int)SocketError.TimedOut));
        }
    }

    /// <summary>Connects to two end points at once.</summary>
    /// <exception cref="SocketException">One of them could not be connected to; neither is left open.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled; neither is left open.</exception>
    public async Task<(ByteStream A, ByteStream B)> ConnectBothAsync(DialTargets targetsA, DialTargets targetsB, CancellationToken cancellationToken)
    {
        using var both = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Task<ByteStream> a = ConnectAsync(targetsA, both.Token);
        Task<ByteStream> b = ConnectAsync(targetsB, both.Token);
        try
        {
            // The first failure is the reason, whichever side it is on, and the other is not waited for.
            await (await Task.WhenAny(a, b).ConfigureAwait(false)).ConfigureAwait(false);
            return (await a.ConfigureAwait(false), await b.ConfigureAwait(false));
        }
        catch
        {
            await both.CancelAsync().ConfigureAwait(false);
            foreach (Task<ByteStream> connecting in (Task<ByteStream>[])[a, b])
            {
                await ((Task)connecting).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                if (connecting.IsCompletedSuccessfully)
                {
                    (await connecting.ConfigureAwait(false)).Close();
                }
            }

            throw;
        }
    }

    /// <summary>One attempt, to what is no name, without a deadline.</summary>
    /// <param name="endPoint">An address, or a user's transport.</param>
    /// <param name="from">The loop to wait with, where there are any, and the address to connect from.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="SocketException">It failed; the message does not name the end point.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    internal async Task<ByteStream> ConnectToAsync(EndPoint endPoint, (EventLoop? Home, IPAddress? Source) from, CancellationToken cancellationToken)
    {
        if (endPoint is TransportEndPoint transport)
        {
            return await TransportCode.ConnectAsync(transport, cancellationToken).ConfigureAwait(false);
        }

        for (TimeSpan rest = _firstRest; ; rest = rest * 2 > _longestRest ? _longestRest : rest * 2)
        {
            try
            {
                DescriptorReserve.Demand();
                return loops is null || endPoint is not (IPEndPoint or UnixDomainSocketEndPoint)
                    ? await ConnectByRuntimeAsync(endPoint, from.Source, cancellationToken).ConfigureAwait(false)
                    : await DescriptorConnect.Start(endPoint, from.Home ?? loops.Pick(), from.Source).FinishAsync(cancellationToken).ConfigureAwait(false);
            }
            catch (SocketException error) when (error.SocketErrorCode == SocketError.WouldBlock && endPoint is UnixDomainSocketEndPoint)
            {
                await Task.Delay(rest, time, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    private static Socket Open(EndPoint endPoint)
    {
        try
        {
            return ByteStreams.For(endPoint);
        }
        catch (SocketException error) when (error.SocketErrorCode == SocketError.TooManyOpenSockets)
        {
            DescriptorReserve.RanOut();
            throw;
        }
    }

    private async Task<ByteStream> ConnectByRuntimeAsync(EndPoint endPoint, IPAddress? source, CancellationToken cancellationToken)
    {
        Socket socket = Open(endPoint);
        try
        {
            if (source is not null && endPoint is IPEndPoint)
            {
                SourceAddress.Bind(socket, source);
            }

            await socket.ConnectAsync(endPoint, cancellationToken).ConfigureAwait(false);
            return ByteStreams.Of(socket, loops);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
