namespace SocketConnector.Diagnostics;

/// <summary>
/// Marks an event writer whose <c>TryWrite</c> neither blocks, nor throws, nor runs a user's code. It may be called on an event
/// loop's thread, which spares a queue and a change of threads for each connection. No channel of the runtime proves as much:
/// the synchronous continuations of its readers and its callback for dropped items run inside <c>TryWrite</c>.
/// </summary>
internal interface IImmediateEvents;
