namespace SocketConnector.Cli.CommandLine;

/// <summary>Reads <c>auto</c> and <c>portable</c>.</summary>
internal static class EngineParser
{
    public static Parsed<RelayEngine> Parse(string text) => text switch
    {
        "auto" => RelayEngine.Auto,
        "portable" => RelayEngine.Portable,
        _ => new Wrong($"'{text}' is no engine; write auto or portable"),
    };
}
