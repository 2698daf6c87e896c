namespace SocketConnector.Admission;

/// <summary>One step of admission. What it reads and does not consume it puts back; what it counts it adds to the peer as a lease.</summary>
/// <returns>Why the peer may not be joined; nothing where it may go on.</returns>
internal delegate ValueTask<Refusal?> Stage(AdmissionContext context, CancellationToken cancellationToken);
