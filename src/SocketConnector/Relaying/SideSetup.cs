using System.Net;
using System.Net.Sockets;
using SocketConnector.Admission;
using SocketConnector.Limits;
using SocketConnector.Transports;

namespace SocketConnector.Relaying;

/// <summary>How one side of a connector gets its sockets: it listens, or it connects out.</summary>
internal sealed class SideSetup : IDisposable
{
    private Listener[] _listeners = [];

    private SideSetup(Side side, SideOptions options, (StageOrder Stages, Dialer Dialer) with)
    {
        (Side, Options) = (side, options);
        Targets = options is ConnectOptions connect ? with.Dialer.TargetsOf(connect) : null;
        if (options is ListenOptions { AcceptLimit: int limit })
        {
            // Once the last place was joined it listens no more.
            Places = new AcceptLimiter(limit);
            Places.UsedUp.UnsafeRegister(static side => ((SideSetup)side!).StopListening(), this);
        }

        Limits = with.Stages.LimitsOf(options);
        (Accepted, Dialled) = (with.Stages.Accepted(options, Places, Limits), with.Stages.Dialled(options));
    }

    public Side Side { get; }

    public SideOptions Options { get; }

    /// <summary>The places under its accept limit, if it has one.</summary>
    public AcceptLimiter? Places { get; }

    /// <summary>How many peers it may have and how fast they may come, if that is limited.</summary>
    public SideLimits? Limits { get; }

    /// <summary>The admission of what it accepts.</summary>
    public Stage[] Accepted { get; }

    /// <summary>The admission of what it dials.</summary>
    public Stage[] Dialled { get; }

    /// <summary>Whether the admission of what it dials waits for nothing that its peer says.</summary>
    public bool AdmitsDialledAtOnce => Options is { AuthVerifier: null } and not ConnectOptions { Tls: not null };

    /// <summary>Where it connects to, if that is what it does.</summary>
    public DialTargets? Targets { get; }

    /// <summary>Where it listens, or did, each with the port that the system chose; nowhere if it connects out.</summary>
    public IReadOnlyList<EndPoint> Bound { get; private set; } = [];

    /// <summary>Whether it still does, on one of them at least: a user's transport may end by itself.</summary>
    public bool IsListening => Array.Exists(_listeners, static listener => listener.IsOpen);

    /// <summary>Whether one of its listeners cannot accept now.</summary>
    public bool IsStarving => Array.Exists(_listeners, static listener => listener.IsStarving);

    /// <summary>What accepts, if the side listens.</summary>
    public IReadOnlyList<AcceptLoop> AcceptLoops { get; private set; } = [];

    /// <exception cref="SocketException">An address cannot be listened on, and none is.</exception>
    /// <exception cref="IOException">A certificate file cannot be read.</exception>
    /// <exception cref="System.Security.Cryptography.CryptographicException">It holds no certificate with its key.</exception>
    public static async Task<SideSetup> OpenAsync(
        Side side, (SideOptions Own, SideOptions Far) options, Transport transport, StageOrder stages, CancellationToken cancellationToken)
    {
        // Before anything is open: a certificate may be missing.
        var own = new SideSetup(side, options.Own, (stages, transport.Dialer));
        if (options.Own is ListenOptions listen)
        {
            // Where each client has a partner dialled for it, order does not matter.
            own.Listen(await transport.ListenAsync(side, listen, isOrdered: options.Far is not ConnectOptions, cancellationToken).ConfigureAwait(false));
        }

        return own;
    }

    public void Dispose()
    {
        StopListening();
        Places?.Close();
    }

    /// <summary>Finishes, and never fails, once it was disposed and no listener is open.</summary>
    public Task ClosedAsync() => Task.WhenAll(_listeners.Select(listener => listener.ClosedAsync()));

    private void Listen(IReadOnlyList<Listener> listeners) =>
        (_listeners, Bound, AcceptLoops) = ([.. listeners], [.. listeners.Select(listener => listener.EndPoint)], [.. listeners.SelectMany(listener => listener.AcceptLoops)]);

    private void StopListening()
    {
        foreach (Listener listener in _listeners)
        {
            listener.Dispose();
        }
    }
}
