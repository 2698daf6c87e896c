using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using SocketConnector.Rendezvous.Ends;
using SocketConnector.Rendezvous.Wire;

namespace SocketConnector.Rendezvous;

/// <summary>
/// A session at a relay, used as any other end point. Listening keeps connections waiting at the relay and accepts each partner;
/// connecting is joined to an end that listens. It works on either side, in all four modes.
/// </summary>
/// <remarks>
/// Each connection is one TCP connection of its own to the relay, so half-close and backpressure are as over a plain one. What the two ends say
/// is hidden from the relay unless <see cref="EndToEnd"/> says otherwise.
/// </remarks>
public sealed class RendezvousEndPoint : TransportEndPoint
{
    // Kept, so that what one connect learns of the relay's addresses serves the next. Nothing is left of it, so it needs no end.
    private readonly Lazy<RelayCaller> _connecting;

    /// <summary>A session at a relay.</summary>
    /// <param name="relay">Where the relay is, and how to connect to it: TLS, several addresses, retries.</param>
    /// <param name="secret">The secret that only the two ends know.</param>
    public RendezvousEndPoint(ConnectOptions relay, SessionSecret secret)
    {
        ArgumentNullException.ThrowIfNull(relay);
        ArgumentNullException.ThrowIfNull(secret);
        (Relay, Secret) = (relay, secret);
        _connecting = new Lazy<RelayCaller>(() => new RelayCaller(this, EndRole.Connect));
    }

    /// <summary>Where the relay is, and how to connect to it.</summary>
    public ConnectOptions Relay { get; }

    /// <summary>How the two ends protect what they say; <see cref="EndToEndMode.Tls"/> by default. Ends of different modes never meet.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such mode.</exception>
    public EndToEndMode EndToEnd { get; init => field = Require.Known(value, nameof(EndToEnd)); } = EndToEndMode.Tls;

    /// <summary>The ticket that admits this end to the relay, made by <see cref="TicketMint"/>. <see langword="null"/>, the default, where the relay asks for none.</summary>
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

    /// <summary>How many connections may wait at the relay under load; 32 by default, and never fewer than <see cref="Standby"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Under 1, or over 256.</exception>
    public int MaxStandby { get => Math.Max(field, Standby); init => field = Require.InRange(value, 1, 256, nameof(MaxStandby)); } = 32;

    /// <summary>
    /// How long this end may take, connecting, until it has a partner that has proven itself, for which at least 3 s remain; 8 s by default, which leaves it
    /// time to say why it has none within a connector's <see cref="ConnectorOptions.ConnectTimeout"/> of 10 s. To wait for longer, raise both; the
    /// relay lets it wait for <see cref="RelayOptions.ConnectWait"/>.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">Not positive, or over 49 days.</exception>
    public TimeSpan ConnectWait { get; init => field = Require.Positive(value, TimeSpan.FromDays(49), nameof(ConnectWait)); } = TimeSpan.FromSeconds(8);

    /// <summary>
    /// How long the two ends may take to prove themselves to each other, once they have met; 30 s by default. An end that listens gives the
    /// oldest of them no more than 3 s while so many are at it that another partner would have to wait.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">Not positive, or over an hour.</exception>
    public TimeSpan HandshakeTimeout { get; init => field = Require.Positive(value, TimeSpan.FromHours(1), nameof(HandshakeTimeout)); } = TimeSpan.FromSeconds(30);

    /// <summary>Receives the messages about the connections to the relay; <see langword="null"/>, the default, for none.</summary>
    public ILoggerFactory? LoggerFactory { get; init; }

    /// <summary>The clock; the system's by default.</summary>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;

    internal SessionSecret Secret { get; }

    /// <summary>Where the relay is, in words.</summary>
    internal string RelayText => Relay.EndPoint is DnsEndPoint name ? $"{name.Host}:{name.Port}" : $"{Relay.EndPoint}";

    /// <summary>Unspecified: a session is no socket address.</summary>
    public override AddressFamily AddressFamily => AddressFamily.Unspecified;

    /// <inheritdoc/>
    /// <exception cref="IOException">The relay refuses the first of its connections; the message says why.</exception>
    /// <exception cref="SocketException">The relay cannot be connected to.</exception>
    public override async ValueTask<TransportListener> ListenAsync(CancellationToken cancellationToken) =>
        await EndPool.StartAsync(this, cancellationToken).ConfigureAwait(false);

    /// <inheritdoc/>
    /// <exception cref="IOException">The relay refuses, or nobody listens in the session, or the other end does not know the secret; the message says which.</exception>
    /// <exception cref="SocketException">The relay cannot be connected to.</exception>
    public override async ValueTask<DuplexStream> ConnectAsync(CancellationToken cancellationToken) =>
        await _connecting.Value.MeetAsync(cancellationToken).ConfigureAwait(false);

    /// <summary>
    /// Where a stream of a session comes from: the address of the other end where the relay tells it (<see cref="RelayOptions.TellsAddresses"/>), and
    /// that of the relay otherwise. It is as true as the relay is honest: show it, and let nobody in because of it.
    /// </summary>
    /// <param name="stream">What <see cref="ConnectAsync"/> or the listener has returned.</param>
    /// <returns>The address; <see langword="null"/> where the stream is none of a session.</returns>
    public static EndPoint? OriginOf(DuplexStream stream)
    {
        ArgumentNullException.ThrowIfNull(stream);
        return Origins.Of(stream);
    }

    /// <summary>The relay, as <c>via:relay.example:7000</c>; nothing of the secret.</summary>
    /// <returns>The text.</returns>
    public override string ToString() => $"via:{RelayText}";
}
