namespace SocketConnector.Cli.Tests.EndToEnd;

/// <summary>Tests that move hundreds of megabytes take turns.</summary>
[CollectionDefinition(Name)]
public sealed class RealPrograms
{
    internal const string Name = "real programs";
}
