using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using SocketConnector.Rendezvous.Ends;
using SocketConnector.Rendezvous.Wire;

namespace SocketConnector.Rendezvous;

/// <summary>
/// A session at a relay, as a place to listen or to connect to. Listening, it waits there, and each connection that comes is accepted;
/// connecting, it meets one that waits. So it stands wherever an end point stands, in all four modes.
/// </summary>
/// <remarks>
/// Each connection is one TCP connection of its own to the relay, so half-close and backpressure are as over a plain one. What the two ends say
/// is hidden from the relay unless <see cref="EndToEnd"/> says otherwise.
/// </remarks>
public sealed class RendezvousEndPoint : TransportEndPoint
{
    /// <summary>A session at a relay.</summary>
    /// <param name="relay">Where the relay is, and how to connect to it: TLS, several addresses, retries.</param>
    /// <param name="secret">Known to the two ends alone.</param>
    public RendezvousEndPoint(ConnectOptions relay, SessionSecret secret)
    {
        ArgumentNullException.ThrowIfNull(relay);
        ArgumentNullException.ThrowIfNull(secret);
        (Relay, Secret) = (relay, secret);
    }

    /// <summary>Where the relay is, and how to connect to it.</summary>
    public ConnectOptions Relay { get; }

    /// <summary>How the two ends protect what they say; <see cref="EndToEndMode.Tls"/> by default. Ends of different modes never meet.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such mode.</exception>
    public EndToEndMode EndToEnd { get; init => field = Require.Known(value, nameof(EndToEnd)); } = EndToEndMode.Tls;

    /// <summary>Lets the end use the relay: a ticket of <see cref="TicketMint"/>. <see langword="null"/>, the default, where the relay asks for none.</summary>
    /// <exception cref="ArgumentException">It is longer than 2 048 characters, or not visible ASCII throughout.</exception>
    public string? Ticket
    {
        get;
        init => field = Require.That(
            value, value is null || (value.Length is > 0 and <= FrameBounds.MaxTicketLength && FrameRules.IsVisible(value)), nameof(Ticket), $"1 to {FrameBounds.MaxTicketLength} characters of visible ASCII");
    }

    /// <summary>How many connections wait at the relay while this listens; 4 by default. One that is used is replaced at once.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Under 1, or over 256.</exception>
    public int Standby { get; init => field = Require.InRange(value, 1, 256, nameof(Standby)); } = 4;

    /// <summary>How many of them there may be under load; 32 by default, and never fewer than <see cref="Standby"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Under 1, or over 256.</exception>
    public int MaxStandby { get => Math.Max(field, Standby); init => field = Require.InRange(value, 1, 256, nameof(MaxStandby)); } = 32;

    /// <summary>How long the two ends may take to prove themselves to each other, once they have met; 30 s by default.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Not positive, or over an hour.</exception>
    public TimeSpan HandshakeTimeout { get; init => field = Require.Positive(value, TimeSpan.FromHours(1), nameof(HandshakeTimeout)); } = TimeSpan.FromSeconds(30);

    /// <summary>Where it tells what becomes of its connections to the relay; <see langword="null"/>, the default, for nowhere.</summary>
    public ILoggerFactory? LoggerFactory { get; init; }

    /// <summary>The clock; the system's by default.</summary>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;

    internal SessionSecret Secret { get; }

    /// <summary>Where the relay is, in words.</summary>
    internal string RelayText => Relay.EndPoint is DnsEndPoint name ? $"{name.Host}:{name.Port}" : $"{Relay.EndPoint}";

    /// <summary>Of a transport, which is no address of the system's.</summary>
    public override AddressFamily AddressFamily => AddressFamily.Unspecified;

    /// <inheritdoc/>
    /// <exception cref="IOException">The relay refuses the first of its connections; the message says why.</exception>
    /// <exception cref="SocketException">The relay cannot be connected to.</exception>
    public override async ValueTask<TransportListener> ListenAsync(CancellationToken cancellationToken) =>
        await EndPool.StartAsync(this, cancellationToken).ConfigureAwait(false);

    /// <inheritdoc/>
    /// <exception cref="IOException">The relay refuses, or nobody listens in the session, or the other end does not know the secret; the message says which.</exception>
    /// <exception cref="SocketException">The relay cannot be connected to.</exception>
    public override async ValueTask<DuplexStream> ConnectAsync(CancellationToken cancellationToken)
    {
        await using var caller = new RelayCaller(this, EndRole.Connect);
        return await caller.MeetAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The relay, as <c>via:relay.example:7000</c>; nothing of the secret.</summary>
    /// <returns>The text.</returns>
    public override string ToString() => $"via:{RelayText}";
}
