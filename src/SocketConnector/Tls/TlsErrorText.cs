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
            "wrong version number" or "http request" or "https proxy request" or "packet length too long" or "bad record type" => "it does not speak TLS",
            "no shared cipher" => "there is no cipher suite that both know",
            "no application protocol" or "tlsv1 alert no application protocol" => "there is no protocol inside (ALPN) that both speak",
            "unsupported protocol" or "tlsv1 alert protocol version" => "there is no version of TLS that both speak",
            _ when text.StartsWith("Cannot determine the frame size", StringComparison.Ordinal) => "it does not speak TLS",
            _ when text.Contains(" alert ", StringComparison.Ordinal) => $"it has refused with the alert '{text[(text.IndexOf(" alert ", StringComparison.Ordinal) + " alert ".Length)..]}'",
            _ => text,
        });
    }
}
