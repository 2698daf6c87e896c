using System.Net;
using SocketConnector.Admission;
using SocketConnector.Diagnostics;
using SocketConnector.Joining;
using SocketConnector.Matching;
using SocketConnector.Sockets;
using SocketConnector.Transports;

namespace SocketConnector.Relaying;

/// <summary>What every arrival of a connector shares.</summary>
internal sealed record RelayServices(ConnectorOptions Options, Observer Observer, CancellationToken Stopping)
{
    private readonly SideSetup?[] _sides = new SideSetup?[2];

    public required OwnedTasks Work { get; init; }

    public required Dialer Dialer { get; init; }

    public required StageOrder Stages { get; init; }

    public StageRunner Admission { get; } = new(Observer, Stopping);

    public required SelfConnection Self { get; init; }

    public required PendingQueue Pending { get; init; }

    public required Joiner Joiner { get; init; }

    public required Exhaustion Exhaustion { get; init; }

    public SpareDial Spare { get; } = new();

    public TimeProvider Time => Options.TimeProvider;

    public void Open(SideSetup side) => Volatile.Write(ref _sides[(int)side.Side], side);

    public SideSetup? Own(Side side) => Volatile.Read(ref _sides[(int)side]);

    public SideSetup? Far(Side side) => Own(side.Other());

    /// <summary>Takes the stream over, whatever comes of it.</summary>
    public PeerStream NewPeer(Side side, ByteStream stream, SideOptions options)
    {
        try
        {
            return new PeerStream(side, stream, options, Time.GetUtcNow());
        }
        catch
        {
            stream.Reset();
            throw;
        }
    }

    /// <summary>What the stages of a peer work on.</summary>
    public AdmissionContext ContextOf(PeerStream peer, SideOptions options, PeerStream? partner = null, EndPoint? target = null) =>
        new(peer, options, Options.AdmissionTimeout, Time) { Partner = partner, Target = target };
}
