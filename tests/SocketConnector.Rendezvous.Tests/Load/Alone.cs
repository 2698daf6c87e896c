namespace SocketConnector.Rendezvous.Tests.Load;

/// <summary>For tests that load the whole process, so that others would miss their deadlines: they run one at a time.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class Alone
{
    public const string Name = "Alone";
}
