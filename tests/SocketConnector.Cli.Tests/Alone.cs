namespace SocketConnector.Cli.Tests;

/// <summary>For tests that measure the whole process, or load it so much that others would miss their deadlines: they run one at a time.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class Alone
{
    public const string Name = "Alone";
}
