using SocketConnector.Cli.Values;

namespace SocketConnector.Cli.CommandLine;

/// <summary>Reads <c>auto</c> and <c>portable</c>.</summary>
internal static class EngineParser
{
    public static Parsed<EngineChoice> Parse(string text) => text switch
    {
        "auto" => EngineChoice.Auto,
        "portable" => EngineChoice.Portable,
        _ => new Wrong($"'{text}' is no engine; write auto or portable"),
    };
}
