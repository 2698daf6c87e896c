namespace SocketConnector.Engine;

/// <summary>Where a direction is, in the two bytes that each idle one pays for it.</summary>
[Flags]
internal enum ConveyorState : ushort
{
    None = 0,

    /// <summary>The destination is full; its next event goes on from here, and nothing is read until then.</summary>
    Blocked = 1,

    /// <summary>Waits for its turn.</summary>
    Queued = 2,

    /// <summary>Has much to move, so it moves in turns and not as soon as it is ready.</summary>
    Large = 4,

    /// <summary>One of the two is no socket that the system splices.</summary>
    CopyOnly = 8,

    /// <summary>An event spoke of the source's end or failure. Events can be stale, so this alone proves nothing.</summary>
    Ending = 16,

    /// <summary>An event looked like a reset of the source. As with <see cref="Ending"/>, only the socket itself proves it.</summary>
    Suspect = 4096,

    /// <summary>The destination's stream is ended.</summary>
    SendingEnded = 32,

    /// <summary>Nothing moves any more.</summary>
    Done = 64,

    /// <summary>
    /// Only recv(2) tells what comes next: splice(2) does not get past an urgent mark, and answers 0 there once the end is known. Set for
    /// good where only so much may still be read.
    /// </summary>
    Unspliceable = 128,

    /// <summary>The pump knows that the source has ended.</summary>
    EndNoted = 256,

    /// <summary>A write told that the destination's socket has failed; what a read from it finds now is no end.</summary>
    DestinationFailed = 512,

    /// <summary>Closing the destination's socket is enough to end it.</summary>
    EndsByClosing = 8192,

    /// <summary>The source is TCP.</summary>
    Tcp = 1024,

    /// <summary>A tap is to see the bytes, so they are copied; looked up before each step.</summary>
    Tapped = 2048,

    /// <summary>It may read only so much in so much time.</summary>
    Paced = 16384,

    /// <summary>It has read that much; its pace goes on from here, and nothing is read until then.</summary>
    HeldBack = 32768,
}
