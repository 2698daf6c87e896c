using System.Buffers;
using SocketConnector.Diagnostics;

namespace SocketConnector.Taps;

/// <summary>One call of a tap that is due.</summary>
internal abstract class Shown(AttachedTap attached) : Telling
{
    /// <summary>Whether none follows.</summary>
    public virtual bool IsLast => false;

    public override void Tell()
    {
        try
        {
            attached.Show(this);
        }
        finally
        {
            GiveBack();
        }
    }

    public override void Lost()
    {
        // What a tap throws ends at its one guarded place.
    }

    /// <summary>Calls the tap. May throw or block.</summary>
    public abstract void To(Tap tap);

    /// <summary>Comes after, whether the tap was called or not.</summary>
    protected virtual void GiveBack()
    {
    }
}

internal sealed class ShownChunk : Shown
{
    private readonly TapLane _lane;
    private readonly AttachedTap _attached;
    private readonly Side _from;
    private readonly DateTimeOffset _time;
    private readonly byte[] _rented;
    private readonly int _length;
    private readonly long _missed;

    /// <param name="attached">The tap.</param>
    /// <param name="lane">Which bytes they are.</param>
    /// <param name="from">The side that they come from.</param>
    /// <param name="time">When they passed.</param>
    /// <param name="bytes">They are copied.</param>
    /// <param name="missed">Directly before them.</param>
    public ShownChunk(AttachedTap attached, TapLane lane, Side from, DateTimeOffset time, ReadOnlySpan<byte> bytes, long missed)
        : base(attached)
    {
        (_attached, _lane, _from, _time, _missed) = (attached, lane, from, time, missed);
        (_rented, _length) = (ArrayPool<byte>.Shared.Rent(bytes.Length), bytes.Length);
        bytes.CopyTo(_rented);
    }

    public override void To(Tap tap)
    {
        var chunk = new TapChunk(_from, _time, _rented.AsSpan(0, _length), _missed);
        if (_lane.WireOf is { } peer)
        {
            tap.OnWireData(peer, chunk);
        }
        else
        {
            tap.OnData(chunk);
        }
    }

    protected override void GiveBack()
    {
        ArrayPool<byte>.Shared.Return(_rented);
        _attached.MakeRoom(_lane, _length);
    }
}

internal sealed class ShownEnd(AttachedTap attached, TapLane lane, TapEnd end) : Shown(attached)
{
    public override void To(Tap tap)
    {
        if (lane.WireOf is { } peer)
        {
            tap.OnWireEnd(peer, end);
        }
        else
        {
            tap.OnEnd(end);
        }
    }
}

internal sealed class ShownClose(AttachedTap attached, TapClosed closed, LastWords lastWords) : Shown(attached)
{
    public override bool IsLast => true;

    public override void To(Tap tap) => tap.OnClosed(closed);

    protected override void GiveBack() => lastWords.End();
}
