using SocketConnector.Rendezvous;

namespace SocketConnector.Cli.EndPoints;

/// <summary>How the two ends of a session protect what they say, as it is written.</summary>
internal static class EndToEndOption
{
    public const string Takes = "tls|proof|none";

    public static EndToEndMode? Read(string? value) => value switch
    {
        "tls" => EndToEndMode.Tls,
        "proof" => EndToEndMode.Proof,
        "none" => EndToEndMode.None,
        _ => null,
    };
}
