namespace SocketConnector.Tls;

/// <summary>Says what has gone wrong with TLS, from what the library below says in several nested exceptions.</summary>
internal static class TlsErrorText
{
    // error:0A000418:SSL routines::tlsv1 alert unknown ca
    private const string Routines = "routines:";

    public static string Of(Exception error)
    {
        Exception innermost = error;
        while (innermost.InnerException is { } inner)
        {
            innermost = inner;
        }

        string text = innermost.Message;
        int reason = text.LastIndexOf(Routines, StringComparison.Ordinal);
        text = reason < 0 ? text : text[(reason + Routines.Length)..].TrimStart(':');
        return LegibleText.Of(text switch
        {
            "wrong version number" or "http request" or "https proxy request" or "packet length too long" or "bad record type" => "the peer does not speak TLS",
            "no shared cipher" => "no cipher suite in common",
            "no application protocol" or "tlsv1 alert no application protocol" => "no ALPN protocol in common",
            "unsupported protocol" or "tlsv1 alert protocol version" => "no TLS version in common",
            _ when text.StartsWith("Cannot determine the frame size", StringComparison.Ordinal) => "the peer does not speak TLS",
            _ when text.Contains(" alert ", StringComparison.Ordinal) => $"the peer sent the alert '{text[(text.IndexOf(" alert ", StringComparison.Ordinal) + " alert ".Length)..]}'",
            _ => text,
        });
    }
}
