using System.Net.Sockets;
using SocketConnector.Loops;
using SocketConnector.Sockets;

namespace SocketConnector.Engine;

/// <summary>Where a direction's bytes come from, and how many of them are still to be read once its connection is ended here.</summary>
internal unsafe struct Inlet(int source)
{
    // A count, which is never this long, and a bit: each idle connection has two of these.
    private const uint Unlimited = 0x7FFF_FFFF;
    private const uint PastMark = 0x8000_0000;

    private uint _state = Unlimited;

    public readonly int Source => source;

    public readonly bool IsLimited => Left != Unlimited;

    private readonly uint Left => _state & ~PastMark;

    /// <summary>From now on only what has arrived by now can be read.</summary>
    public void Limit() => _state = (uint)DescriptorSettings.Queued(source, Kernel.InputQueue) | (_state & PastMark);

    /// <summary>Reads what is there, and never waits.</summary>
    /// <param name="memory">Where to put it.</param>
    /// <param name="most">How much room there is.</param>
    /// <param name="failure">Why nothing was read; <see cref="Failure.Again"/> also behind the limit, where more has come.</param>
    /// <returns>How many bytes; none at the end of the stream, and -1 for a failure.</returns>
    public int Receive(byte* memory, int most, out int failure)
    {
        if (_state == 0 && DescriptorSettings.IsAtMark(source))
        {
            return PassMark(memory, out failure);
        }

        // Behind the limit only the end of the stream can come: that is looked for, and no byte taken.
        bool isSpent = Left == 0;
        int room = isSpent ? 1 : (int)Math.Min(Left, (uint)most);
        int count = (int)Kernel.Receive(source, memory, (nuint)room, isSpent ? Kernel.DontWait | Kernel.Peek : Kernel.DontWait);
        failure = count < 0 ? Kernel.Failure : Failure.Again;
        if (IsLimited && count > 0)
        {
            count = isSpent ? -1 : count;
            _state -= (uint)Math.Max(count, 0);
        }

        return count;
    }

    /// <summary>The limit was counted no further than to an urgent mark. What is behind it had arrived as well; it is counted once.</summary>
    private int PassMark(byte* memory, out int failure)
    {
        _state |= PastMark;
        int count = (int)Kernel.Receive(source, memory, 1, Kernel.DontWait);
        failure = count < 0 ? Kernel.Failure : Failure.Again;
        if (count > 0)
        {
            Limit();
        }

        return count;
    }

    /// <inheritdoc cref="PeerStream.EndAhead"/>
    public readonly SocketError? EndAhead(bool isTcp, bool hasEndedSending)
    {
        Readiness now = ReadinessNow.Of(source, Readiness.Ended);
        if (EndOfStream.IsReset(now, isTcp, hasEndedSending))
        {
            SocketError error = DescriptorSettings.TakeError(source);
            return error == SocketError.Success ? SocketError.ConnectionReset : error;
        }

        return (now & Readiness.Ended) != Readiness.None ? SocketError.Success : null;
    }

    /// <summary>Whether the end that was just read is a reset that was already reported to another call.</summary>
    public readonly bool IsReset(bool isTcp, bool hasEndedSending) =>
        EndOfStream.IsReset(ReadinessNow.Of(source, Readiness.None), isTcp, hasEndedSending);
}
