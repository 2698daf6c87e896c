using System.Diagnostics.Metrics;
using System.Net;
using SocketConnector.Capture.Output;
using SocketConnector.Capture.Packets;
using SocketConnector.TestKit;

namespace SocketConnector.Capture.Tests;

/// <summary>Bytes that a capture is too slow for, in the metric of its connector.</summary>
public sealed class DroppedTests
{
    private const int Piece = 512 * 1024;
    private const int Pieces = 32;

    [Fact]
    public async Task B131_What_finds_no_room_in_the_capture_is_in_the_metric_as_well()
    {
        using var meters = new Meters();
        using var stuck = new StuckStream();
        long seen = 0;
        await using PacketCapture capture = PacketCapture.ToStream(stuck, new CaptureOptions { Redact = (_, _, bytes) => Interlocked.Add(ref seen, bytes.Length) });
        await using RelayedPair pair = await RelayedPair.StartAsync(
            Mode.ServerToSocket, new ConnectorOptions { NewTap = capture.NewTap, MeterFactory = meters, GracePeriod = Timeout.InfiniteTimeSpan });
        byte[] piece = new byte[Piece];
        for (int sent = Piece; sent <= Pieces * Piece; sent += Piece)
        {
            // No more than the tap has room for, or it would miss what the capture is to drop.
            Task writing = pair.A.WriteAsync(piece);
            await pair.B.ReadAsync(Piece);
            await writing.InTimeAsync();
            await Eventually.TrueAsync(() => Interlocked.Read(ref seen) == sent, explain: () => $"the tap has seen {Interlocked.Read(ref seen)} bytes of {sent}");
        }

        // The writer has not taken anything, so what waits for it is all that was captured.
        const long Least = (Pieces * Piece) - PacketQueue.MaxBytes;
        await Eventually.TrueAsync(() => meters.Dropped() >= Least, explain: () => $"{meters.Dropped()} bytes, of {Least} at least, and {capture.Dropped} packets");
        Assert.InRange(meters.Dropped(), Least, Pieces * Piece);
        Assert.True(capture.Dropped > 0, "the tap has missed nothing, so the capture has dropped it");
    }

    [Fact]
    public void B131_A_conversation_knows_how_many_of_its_bytes_found_no_room()
    {
        var queue = new PacketQueue(CaptureOptions.MaxSnapLength);
        var conversation = new Conversation(
            new InterfaceSink(queue, InterfaceId.Clear), new PacketEnd(IPAddress.Parse("192.0.2.1"), 4711), new PacketEnd(IPAddress.Parse("192.0.2.2"), 22), 1000);
        conversation.Data(Side.A, new byte[100], DateTimeOffset.UnixEpoch);
        Assert.Equal(0, conversation.TakeDropped());
        conversation.Data(Side.A, new byte[PacketQueue.MaxBytes], DateTimeOffset.UnixEpoch);
        Assert.InRange(conversation.TakeDropped(), 1, PacketQueue.MaxBytes / 2);
        conversation.Data(Side.A, new byte[Piece], DateTimeOffset.UnixEpoch);
        Assert.Equal(Piece, conversation.TakeDropped());
        queue.Close();
        conversation.Data(Side.A, new byte[Piece], DateTimeOffset.UnixEpoch);
        Assert.Equal(0, conversation.TakeDropped());
    }

    /// <summary>Takes nothing, until it is given up.</summary>
    private sealed class StuckStream : MemoryStream
    {
        public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) =>
            await Task.Delay(Timeout.InfiniteTimeSpan, cancellationToken);
    }

    /// <summary>One meter, and who listens to what of it is counted.</summary>
    private sealed class Meters : IMeterFactory
    {
        private readonly MeterListener _listener;
        private Meter? _meter;
        private long _sum;

        public Meters()
        {
            _listener = new MeterListener
            {
                InstrumentPublished = (instrument, self) =>
                {
                    if (ReferenceEquals(instrument.Meter, _meter) && instrument.Name == "socketconnector.capture.dropped")
                    {
                        self.EnableMeasurementEvents(instrument);
                    }
                },
            };
            _listener.SetMeasurementEventCallback<long>((_, value, _, _) => _sum += value);
            _listener.Start();
        }

        public long Dropped()
        {
            _sum = 0;
            _listener.RecordObservableInstruments();
            return _sum;
        }

        public Meter Create(MeterOptions options) => _meter ??= new Meter(options);

        public void Dispose()
        {
            _listener.Dispose();
            _meter?.Dispose();
        }
    }
}
