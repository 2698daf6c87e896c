namespace SocketConnector.Pumping;

/// <summary>Which side of a connection ended its half first. Noted before the far side can know, or a quick answer would be taken for the first.</summary>
internal sealed class FirstEnd
{
    private const int None = -1;
    private int _side = None;

    public Side? Side => Volatile.Read(ref _side) is not None and int side ? (Side)side : null;

    public void Set(Side side) => Interlocked.CompareExchange(ref _side, (int)side, None);
}
