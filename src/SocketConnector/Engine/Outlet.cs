using SocketConnector.Loops;

namespace SocketConnector.Engine;

/// <summary>Where a direction's bytes go, and what is held of them until there is room: in a pipe or in memory, never in both.</summary>
internal unsafe struct Outlet(int destination, FlowCounter counter)
{
    private Rest? _rest;
    private SplicePipe? _pipe;

    public readonly int Destination => destination;

    public readonly FlowCounter Counter => counter;

    public readonly bool HoldsRest => _rest is not null;

    public readonly bool HoldsAny => _rest is not null || _pipe is { Held: > 0 };

    /// <summary>Bytes in the pipe.</summary>
    public readonly int Spliced => _pipe?.Held ?? 0;

    /// <summary>The pipe for what is spliced, one of the loop's while bytes move.</summary>
    /// <returns>None where the system gives none.</returns>
    public SplicePipe? TakePipe(PipePool pipes) => _pipe ??= pipes.Take();

    public void GivePipeBack(PipePool pipes)
    {
        if (_pipe is { } pipe)
        {
            _pipe = null;
            pipes.GiveBack(pipe);
        }
    }

    /// <summary>Holds these, to be sent before anything else.</summary>
    public void Hold(Rest rest) => _rest = rest;

    /// <summary>Sends, and holds what there is no room for.</summary>
    public Outcome Send(ReadOnlySpan<byte> bytes)
    {
        Outcome outcome = TrySend(bytes, out int sent);
        if (outcome == Outcome.Full)
        {
            _rest = Rest.Of(bytes[sent..]);
        }

        return outcome;
    }

    /// <summary>Sends what is held in memory.</summary>
    public Outcome SendRest()
    {
        Outcome outcome = TrySend(_rest!.Left, out int sent);
        _rest.Taken(sent);
        if (outcome == Outcome.Sent)
        {
            _rest.Dispose();
            _rest = null;
        }

        return outcome;
    }

    /// <summary>Sends from the pipe, maybe not all of it. Where the destination takes no spliced bytes, what the pipe holds moves to memory.</summary>
    public Outcome SendPipe()
    {
        int count = _pipe!.Drain(destination);
        if (count >= 0)
        {
            counter.AddDelivered(count);
            return Outcome.Sent;
        }

        int failure = Kernel.Failure;
        if (Failure.IsRefusal(failure))
        {
            _rest = Rest.Of(_pipe);
            return Outcome.Refused;
        }

        return failure == Failure.Again ? Outcome.Full : Outcome.Failed;
    }

    public void Drop(PipePool pipes)
    {
        GivePipeBack(pipes);
        _rest?.Dispose();
        _rest = null;
    }

    private readonly Outcome TrySend(ReadOnlySpan<byte> bytes, out int sent)
    {
        fixed (byte* start = bytes)
        {
            sent = (int)Kernel.Send(destination, start, (nuint)bytes.Length, Kernel.DontWait | Kernel.NoSignal);
        }

        if (sent >= 0)
        {
            counter.AddDelivered(sent);
            return sent == bytes.Length ? Outcome.Sent : Outcome.Full;
        }

        sent = 0;
        return Kernel.Failure == Failure.Again ? Outcome.Full : Outcome.Failed;
    }
}

internal enum Outcome
{
    Sent,

    /// <summary>The destination tells when it has room again.</summary>
    Full,

    /// <summary>With <see cref="Kernel.Failure"/>.</summary>
    Failed,

    /// <summary>Not this way.</summary>
    Refused,
}
