namespace SocketConnector.Loops;

/// <summary>A pipe that bytes are spliced into and out of, and so never enter this process's memory (splice(2)).</summary>
internal sealed unsafe class SplicePipe
{
    /// <summary>The most bytes in it, and the largest that an unprivileged user may ask for (pipe(7), pipe-max-size); it takes no memory until bytes are in it.</summary>
    private const int Wanted = 1024 * 1024;

    /// <summary>Smaller ones are slower than copying.</summary>
    private const int Least = 64 * 1024;

    private readonly int _output;
    private readonly int _input;
    private SplicePipe(int output, int input) => (_output, _input) = (output, input);

    /// <summary>Bytes that are in it.</summary>
    public int Held { get; private set; }

    public bool IsFull => Held == Wanted;

    /// <summary>None, where the process is short of descriptors, or its user has more in pipes already than the system allows (pipe(7), pipe-user-pages-soft).</summary>
    public static SplicePipe? TryOpen()
    {
        int* ends = stackalloc int[2];
        if (!DescriptorReserve.AllowsPipe() || Kernel.Pipe(ends, Kernel.NonBlocking | Kernel.CloseOnExec) != 0)
        {
            return null;
        }

        for (int size = Wanted; size >= Least; size /= 4)
        {
            if (Kernel.Control(ends[0], Kernel.SetPipeSize, size) is var granted && granted >= Least)
            {
                DescriptorReserve.Take(2);
                return new SplicePipe(ends[0], ends[1]);
            }
        }

        _ = Kernel.Close(ends[0]);
        _ = Kernel.Close(ends[1]);
        return null;
    }

    /// <summary>
    /// Takes what a socket has received, as far as there is room. A pipe is limited in slots, of which each takes a piece of any
    /// length (pipe(7)), so a small one is asked to take as much as a large one; it answers that it is full when it is.
    /// </summary>
    /// <returns>How many bytes; none at the end of the stream, and -1 for a failure, which with bytes in the pipe may be that it is full.</returns>
    public int Fill(int source)
    {
        int count = (int)Kernel.Splice(source, null, _input, null, (nuint)(Wanted - Held), Kernel.SpliceMove | Kernel.SpliceNonBlocking);
        Held += Math.Max(count, 0);
        return count;
    }

    /// <summary>Sends what is in it.</summary>
    /// <returns>How many bytes, and -1 for a failure.</returns>
    public int Drain(int destination)
    {
        // Never with SPLICE_F_MORE: on the last bytes it would hold them back for 200 ms, and the kernel knows by itself when more follows.
        int count = (int)Kernel.Splice(_output, null, destination, null, (nuint)Held, Kernel.SpliceMove | Kernel.SpliceNonBlocking);
        Held -= Math.Max(count, 0);
        return count;
    }

    /// <summary>Takes back what cannot be spliced on.</summary>
    public int Read(Span<byte> room)
    {
        fixed (byte* start = room)
        {
            int count = (int)Kernel.Read(_output, start, (nuint)room.Length);
            Held -= Math.Max(count, 0);
            return count;
        }
    }

    public void Close()
    {
        _ = Kernel.Close(_output);
        _ = Kernel.Close(_input);
        DescriptorReserve.GiveBack(2);
    }
}
