using SocketConnector.Loops;
using SocketConnector.Pacing;

namespace SocketConnector.Pumping;

/// <summary>What a direction may read, for a pump that can wait for it.</summary>
internal sealed class PacedReads
{
    private readonly Pace _pace;
    private readonly Signal _woken = new(isInline: false);

    public PacedReads(Pace pace)
    {
        _pace = pace;
        pace.Woken = _woken.Raise;
    }

    /// <inheritdoc cref="Pace.Take"/>
    public int Take(int wanted) => _pace.Take(wanted);

    /// <summary>Waits until asking again is worth a try.</summary>
    public ValueTask<int> WaitAsync(CancellationToken cancellationToken) => _woken.WaitAsync(cancellationToken);

    /// <inheritdoc cref="Pace.GiveBack"/>
    public void GiveBack(int unused) => _pace.GiveBack(unused);

    /// <inheritdoc cref="Pace.Close"/>
    public void Close() => _pace.Close();
}
