namespace SocketConnector.Cli.EndPoints;

/// <summary>What options a kind of end point takes besides those of its side, to be told of where one is not known.</summary>
internal interface IOptionNames
{
    /// <summary>Each of them.</summary>
    IEnumerable<string> Names { get; }

    /// <summary>The help page that tells of them.</summary>
    string Topic { get; }

    /// <summary>The kind of end point that takes both, such as "a tls: end point to listen on".</summary>
    string KindOf(string kind);
}
