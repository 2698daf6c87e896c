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
    private readonly AttachedTap _attached;
    private readonly Side _from;
    private readonly DateTimeOffset _time;
    private readonly byte[] _rented;
    private readonly int _length;
    private readonly long _missed;

    public ShownChunk(AttachedTap attached, Side from, DateTimeOffset time, ReadOnlySpan<byte> bytes, long missed)
        : base(attached)
    {
        (_attached, _from, _time, _missed) = (attached, from, time, missed);
        (_rented, _length) = (ArrayPool<byte>.Shared.Rent(bytes.Length), bytes.Length);
        bytes.CopyTo(_rented);
    }

    public override void To(Tap tap) => tap.OnData(new TapChunk(_from, _time, _rented.AsSpan(0, _length), _missed));

    protected override void GiveBack()
    {
        ArrayPool<byte>.Shared.Return(_rented);
        _attached.MakeRoom(_length);
    }
}

internal sealed class ShownEnd(AttachedTap attached, Side of) : Shown(attached)
{
    public override void To(Tap tap) => tap.OnEnd(of);
}

internal sealed class ShownClose(AttachedTap attached, CloseInfo info, long missed, LastWords lastWords) : Shown(attached)
{
    public override bool IsLast => true;

    public override void To(Tap tap) => tap.OnClosed(new TapClosed(info, missed));

    protected override void GiveBack() => lastWords.End();
}
