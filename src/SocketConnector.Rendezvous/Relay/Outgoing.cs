using SocketConnector.Rendezvous.Sessions;
using SocketConnector.Rendezvous.Wire;

namespace SocketConnector.Rendezvous.Relay;

/// <summary>One action on an end's connection: send a frame, close it (behind the frame, if there is one), or join it.</summary>
/// <param name="Frame">To be sent.</param>
/// <param name="Pairing">Goes on once both of its ends have come to it.</param>
/// <param name="Gone">Why it is closed, if it is.</param>
internal readonly record struct Outgoing(Frame? Frame, Pairing? Pairing, GoneReason Gone);
