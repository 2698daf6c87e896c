using System.Globalization;
using SocketConnector.Rendezvous.Sessions;
using SocketConnector.Rendezvous.Wire;

namespace SocketConnector.Rendezvous.Tests.Sessions;

/// <summary>What an end knows of itself, by the frames that it has got.</summary>
internal sealed class ModelEnd(int number, EndRole role, SessionName session)
{
    public NamedEnd Real { get; } = new(number.ToString(CultureInfo.InvariantCulture), (UInt128)(uint)((number % 3) + 1));

    public int Number => number;

    public EndRole Role => role;

    public SessionName Session => session;

    public EndState State { get; set; } = EndState.Held;

    /// <summary>It has sent ACCEPT, and has no answer yet.</summary>
    public bool HasAccepted { get; set; }

    /// <summary>Of an asked end: for which one, while that is held.</summary>
    public ModelEnd? AskedFor { get; set; }

    /// <summary>When its last OPEN came.</summary>
    public long AskedAt { get; set; }

    /// <summary>Of a held end for which others are asked: when more are sought.</summary>
    public long LookAt { get; set; } = -1;

    /// <summary>How many more may be asked for it at once, and must be if they are there.</summary>
    public int MayAsk { get; set; }

    /// <summary>Of a paired end: whether that was the answer to its JOIN.</summary>
    public bool WasHeld { get; set; }

    public HashSet<ModelEnd> Declined { get; } = [];

    public int Verdicts { get; set; }

    public bool IsFree => State == EndState.Waiting;

    public bool IsSilent => State == EndState.Held || HasAccepted;
}
