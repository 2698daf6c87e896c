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

    /// <summary>Of an asked end: for which one, while that is there.</summary>
    public ModelEnd? AskedFor { get; set; }

    public HashSet<ModelEnd> Declined { get; } = [];

    public int Verdicts { get; set; }

    public bool IsFree => State == EndState.Waiting;

    public bool IsSilent => State == EndState.Held || HasAccepted;
}
