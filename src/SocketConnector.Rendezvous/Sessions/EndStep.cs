using SocketConnector.Rendezvous.Wire;

namespace SocketConnector.Rendezvous.Sessions;

/// <summary>What an <see cref="EndMachine"/> asks of its caller, in this order: frames to send, a question to answer, a verdict to act on.</summary>
/// <param name="Frames">To send.</param>
/// <param name="Question">An OPEN that <see cref="EndMachine.Answer"/> is to answer, or <see langword="null"/>.</param>
/// <param name="Verdict">What has become of the connection, or <see langword="null"/>.</param>
internal readonly record struct EndStep(IReadOnlyList<Frame> Frames, OpenFrame? Question, EndVerdict? Verdict)
{
    /// <summary>Nothing.</summary>
    public static EndStep None { get; } = new([], null, null);

    public static EndStep Send(Frame frame) => None with { Frames = [frame] };

    public static EndStep Ask(OpenFrame question) => None with { Question = question };

    public static EndStep End(EndVerdict verdict) => None with { Verdict = verdict };
}
