using System.Net;
using System.Net.Sockets;
using SocketConnector.Admission;
using SocketConnector.Transports;

namespace SocketConnector.Relaying;

/// <summary>How one side of a connector gets its sockets: it listens, or it connects out.</summary>
internal sealed class SideSetup : IDisposable
{
    private readonly Listener[] _listeners;

    private SideSetup(Side side, SideOptions options, IReadOnlyList<Listener> listeners, (StageOrder Stages, Dialer Dialer) with)
    {
        (Side, Options, _listeners) = (side, options, [.. listeners]);
        Targets = options is ConnectOptions connect ? with.Dialer.TargetsOf(connect) : null;
        (Bound, AcceptLoops) = ([.. listeners.Select(listener => listener.EndPoint)], [.. listeners.SelectMany(listener => listener.AcceptLoops)]);
        if (options is ListenOptions { AcceptLimit: int limit })
        {
            // Once the last place was joined it listens no more.
            Places = new AcceptLimiter(limit);
            Places.UsedUp.UnsafeRegister(static side => ((SideSetup)side!).StopListening(), this);
        }

        (Accepted, Dialled) = (with.Stages.Accepted(options, Places), with.Stages.Dialled(options));
    }

    public Side Side { get; }

    public SideOptions Options { get; }

    /// <summary>The places under its accept limit, if it has one.</summary>
    public AcceptLimiter? Places { get; }

    /// <summary>The admission of what it accepts.</summary>
    public Stage[] Accepted { get; }

    /// <summary>The admission of what it dials.</summary>
    public Stage[] Dialled { get; }

    /// <summary>Where it connects to, if that is what it does.</summary>
    public DialTargets? Targets { get; }

    /// <summary>Where it listens, or did, each with the port that the system chose; nowhere if it connects out.</summary>
    public IReadOnlyList<EndPoint> Bound { get; }

    /// <summary>Whether it still does, on one of them at least: a user's transport may end by itself.</summary>
    public bool IsListening => Array.Exists(_listeners, static listener => listener.IsOpen);

    /// <summary>What accepts, if the side listens.</summary>
    public IReadOnlyList<AcceptLoop> AcceptLoops { get; }

    /// <exception cref="SocketException">An address cannot be listened on, and none is.</exception>
    public static async Task<SideSetup> OpenAsync(
        Side side, (SideOptions Own, SideOptions Far) options, Transport transport, StageOrder stages, CancellationToken cancellationToken)
    {
        // Where each client has a partner dialled for it, order does not matter.
        bool isOrdered = options.Far is not ConnectOptions;
        IReadOnlyList<Listener> listeners = options.Own is ListenOptions listen ? await transport.ListenAsync(side, listen, isOrdered, cancellationToken).ConfigureAwait(false) : [];
        return new SideSetup(side, options.Own, listeners, (stages, transport.Dialer));
    }

    public void Dispose()
    {
        StopListening();
        Places?.Close();
    }

    /// <summary>Finishes, and never fails, once it was disposed and no listener is open.</summary>
    public Task ClosedAsync() => Task.WhenAll(_listeners.Select(listener => listener.ClosedAsync()));

    private void StopListening()
    {
        foreach (Listener listener in _listeners)
        {
            listener.Dispose();
        }
    }
}
