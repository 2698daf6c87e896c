using System.Net;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using SocketConnector.Diagnostics;
using SocketConnector.Loops;
using SocketConnector.Sockets;
using SocketConnector.Timing;

namespace SocketConnector.Transports;

/// <summary>Why an address must not be connected to; null if it may be.</summary>
/// <param name="address">The address.</param>
/// <param name="isPromised">Whether a descriptor was promised, which may be used to find out.</param>
internal delegate string? AddressVeto(IPEndPoint address, bool isPromised);

/// <summary>Connects out, under a deadline.</summary>
/// <param name="timeout">For each connect, name resolution, other addresses and retries included.</param>
/// <param name="time">The clock.</param>
/// <param name="loops">Where to wait; with none, the runtime does.</param>
/// <param name="resolver">Looks names up; with none, the runtime does.</param>
/// <param name="veto">Asked before each connect to an address; with none, all are connected to.</param>
internal sealed class Dialer(TimeSpan timeout, TimeProvider time, LoopGroup? loops, NameResolver? resolver = null, AddressVeto? veto = null)
{
    private readonly ConditionalWeakTable<ConnectOptions, DialTargets> _targets = [];
    private readonly RelativeClock _clock = new(time);

    public TimeProvider Time => time;

    /// <summary>The connector's, which records dials; with none, nothing does.</summary>
    public Observer? Observer { private get; init; }

    /// <summary>Since the dialer was made.</summary>
    public TimeSpan Now => _clock.Now;

    /// <summary>Makes the single attempts.</summary>
    public PlainConnect Plain { get; } = new(time, loops);

    public NameCache Names { get; } = new(resolver ?? Dns.GetHostAddressesAsync, time);

    /// <summary>What the options name, with what is known of it as long as the options exist.</summary>
    public DialTargets TargetsOf(ConnectOptions options) => _targets.GetValue(options, static options => new DialTargets(options));

    /// <summary>Begins to connect, and records it where that is wanted.</summary>
    /// <param name="peer">The peer that it is for, if there is one.</param>
    /// <param name="targets">What to connect to.</param>
    /// <param name="refusing">Targets to leave out; not all of them.</param>
    /// <exception cref="SocketException">As <see cref="Begin"/> throws it.</exception>
    public ConnectAttempt BeginFor(PeerStream? peer, DialTargets targets, IReadOnlySet<EndPoint>? refusing = null)
    {
        DialRecord? record = Observer?.BeginDial(peer?.Peer);
        try
        {
            return Begin(targets, peer?.Stream, refusing, isPromised: peer is { ExpectsPartner: true }) with { Record = record };
        }
        catch (Exception error)
        {
            record?.Failed(error);
            throw;
        }
    }

    /// <summary>Begins to connect on behalf of a peer, near it where that is faster. Without one, nothing happens before <see cref="ConnectAttempt.FinishAsync"/>.</summary>
    /// <param name="targets">What to connect to.</param>
    /// <param name="peer">Whom it is for.</param>
    /// <param name="refusing">Targets to leave out; not all of them.</param>
    /// <param name="isPromised">Whether a descriptor was promised for it; the promise has to outlast the dial.</param>
    /// <exception cref="SocketException">Refused or unreachable at once; the message names the end point.</exception>
    public ConnectAttempt Begin(DialTargets targets, ByteStream? peer = null, IReadOnlySet<EndPoint>? refusing = null, bool isPromised = false)
    {
        EventLoop? home = loops is not null && peer is DescriptorSocket near ? near.Home : null;
        if (targets.SingleAddress is not { } address)
        {
            var dial = new Dial(this, targets, isPromised, refusing);
            if (home is not null)
            {
                dial.BeginNear(home);
            }

            return new ConnectAttempt(this, dial);
        }

        if (Veto(address, isPromised) is { } vetoed)
        {
            throw SocketFailure.At("Cannot connect to", address, vetoed);
        }

        if (home is null)
        {
            return new ConnectAttempt(this, address, null, isPromised);
        }

        try
        {
            DescriptorReserve.Demand(isPromised);
            return new ConnectAttempt(this, address, DescriptorConnect.Start(address, home, isPromised: isPromised), isPromised);
        }
        catch (SocketException error)
        {
            throw SocketFailure.At("Cannot connect to", address, error);
        }
    }

    /// <exception cref="SocketException">Refused, unreachable, unknown or too slow (<see cref="SocketError.TimedOut"/>); the message names the end point.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public async Task<Dialled> ConnectAsync(DialTargets targets, CancellationToken cancellationToken)
    {
        ConnectAttempt attempt = BeginFor(null, targets);
        return new Dialled(await attempt.FinishAsync(cancellationToken).ConfigureAwait(false), attempt.Target, attempt.Record);
    }

    /// <summary>The failure of an address that must not be connected to.</summary>
    internal SocketException? Veto(IPEndPoint address, bool isPromised)
    {
        try
        {
            return veto?.Invoke(address, isPromised) is { } why ? new ExplainedSocketException(SocketError.ConnectionRefused, why) { IsLasting = true } : null;
        }
        catch (SocketException error)
        {
            return error;
        }
    }

    /// <summary>Goes on with a dial.</summary>
    /// <inheritdoc cref="ConnectAsync(DialTargets, CancellationToken)"/>
    internal Task<ByteStream> ConnectAsync(Dial dial, CancellationToken cancellationToken) => dial.FinishAsync(timeout, cancellationToken);

    /// <summary>Goes on with what was begun, if it was.</summary>
    /// <inheritdoc cref="ConnectAsync(DialTargets, CancellationToken)"/>
    internal async Task<ByteStream> ConnectAsync(IPEndPoint address, (DescriptorConnect? Connect, bool IsPromised) begun, CancellationToken cancellationToken)
    {
        ByteStream? socket = begun.Connect?.Socket;
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

    private async Task<ByteStream> ConnectAsync(
        IPEndPoint address, (DescriptorConnect? Connect, bool IsPromised) begun, CancellationToken deadline, CancellationToken cancellationToken)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline, cancellationToken);
        try
        {
            return begun.Connect is { } connecting
                ? await connecting.FinishAsync(either.Token).ConfigureAwait(false)
                : await Plain.ConnectAsync(address, new ConnectFrom(IsPromised: begun.IsPromised), either.Token).ConfigureAwait(false);
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
    public async Task<(Dialled A, Dialled B)> ConnectBothAsync(DialTargets targetsA, DialTargets targetsB, CancellationToken cancellationToken)
    {
        using var both = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Task<Dialled> a = ConnectAsync(targetsA, both.Token);
        Task<Dialled> b = ConnectAsync(targetsB, both.Token);
        try
        {
            // The first failure is the reason, whichever side it is on, and the other is not waited for.
            await (await Task.WhenAny(a, b).ConfigureAwait(false)).ConfigureAwait(false);
            return (await a.ConfigureAwait(false), await b.ConfigureAwait(false));
        }
        catch
        {
            await both.CancelAsync().ConfigureAwait(false);
            foreach (Task<Dialled> connecting in (Task<Dialled>[])[a, b])
            {
                await ((Task)connecting).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                if (connecting.IsCompletedSuccessfully)
                {
                    (await connecting.ConfigureAwait(false)).Stream.Close();
                }
            }

            throw;
        }
    }
}

/// <summary>What a dial has connected.</summary>
/// <param name="Stream">The caller's.</param>
/// <param name="Target">Which of several targets it leads to; null where there was but one.</param>
/// <param name="Record">What is known of the dial; null where nothing is recorded.</param>
internal readonly record struct Dialled(ByteStream Stream, EndPoint? Target, DialRecord? Record);
