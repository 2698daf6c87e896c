using SocketConnector.Rendezvous.Wire;

namespace SocketConnector.Rendezvous.Sessions;

/// <summary>What an outcome asks of the caller.</summary>
internal enum OutcomeKind : byte
{
    /// <summary>Send <see cref="Outcome.Frame"/>.</summary>
    Send,

    /// <summary>
    /// Join the streams of <see cref="Outcome.End"/>, which connects, and <see cref="Outcome.Partner"/>, which listens. Both PAIRED came before.
    /// </summary>
    Pair,

    /// <summary>Send <see cref="Outcome.Frame"/>, if there is one, and close.</summary>
    Close,
}

/// <summary>An action for the caller. The actions of one end must be carried out in order.</summary>
/// <param name="Kind">What.</param>
/// <param name="End">For which end.</param>
/// <param name="Frame">What to send it.</param>
/// <param name="Partner">Its partner, of a pair.</param>
/// <param name="Reason">Why it is closed.</param>
internal readonly record struct Outcome(OutcomeKind Kind, RelayEnd End, Frame? Frame, RelayEnd? Partner, GoneReason Reason);

/// <summary>One call of <see cref="MeetingPlace"/>: when it is, and where its outcomes go.</summary>
/// <param name="Now">Milliseconds of a monotonic clock.</param>
/// <param name="Outcomes">Appended to.</param>
internal readonly record struct Turn(long Now, List<Outcome> Outcomes)
{
    public void Send(RelayEnd end, Frame frame) => Outcomes.Add(new Outcome(OutcomeKind.Send, end, frame, null, GoneReason.None));

    public void Pair(RelayEnd connecting, RelayEnd listening) => Outcomes.Add(new Outcome(OutcomeKind.Pair, connecting, null, listening, GoneReason.None));

    public void Close(RelayEnd end, GoneReason reason, Frame? last) => Outcomes.Add(new Outcome(OutcomeKind.Close, end, last, null, reason));
}
