namespace SocketConnector.Admission;

/// <summary>One step of admission.</summary>
/// <param name="Name">One of a few, such as <c>tls</c>: of its span, and of the step at which a peer in admission is.</param>
/// <param name="RunAsync">What it does.</param>
internal sealed record Stage(string Name, StageCode RunAsync);

/// <summary>What a stage does. What it reads and does not consume it puts back; what it counts it adds to the peer as a lease.</summary>
/// <returns>Why the peer may not be joined; nothing where it may go on.</returns>
internal delegate ValueTask<Refusal?> StageCode(AdmissionContext context, CancellationToken cancellationToken);
