using SocketConnector.Rendezvous.Sessions;
using SocketConnector.Rendezvous.Wire;

namespace SocketConnector.Rendezvous.Relay;

/// <summary>Something that is to happen on an end's connection, in its turn: a frame, then perhaps a close; or that it is joined.</summary>
/// <param name="Frame">To be sent.</param>
/// <param name="Pairing">Goes on once both of its ends have come to it.</param>
/// <param name="Gone">Why it is closed, if it is.</param>
internal readonly record struct Outgoing(Frame? Frame, Pairing? Pairing, GoneReason Gone)
{
    /// <summary>Whether it is a frame, and nothing else.</summary>
    public bool IsFrame => Pairing is null && Gone == GoneReason.None;
}
