using SocketConnector.Cli.Values;

namespace SocketConnector.Cli.EndPoints;

/// <summary>Who may connect by what is known, <c>auth=secret:SECRET</c> and <c>auth=hmac:SECRET</c>. A side that listens verifies, one that connects out proves.</summary>
internal static class AuthOption
{
    public const string Example = $"{Name}=hmac:env:NAME, {Name}=hmac:file:PATH or {Name}=hmac:stdin:";

    private const string Name = "auth";
    private const string Takes = "secret|hmac:SECRET";
    private const string Line = "secret";
    private const string Hmac = "hmac";

    public static EndPointOption<ListenOptions> Listening { get; } = new(
        Name, Takes, "peers prove it: env:NAME, file:PATH, stdin: [none]", static (options, value) =>
            Read(value, SocketAuthenticators.VerifySharedSecret, SocketAuthenticators.VerifyHmac).Then(verifier => options with { AuthVerifier = verifier }));

    public static EndPointOption<ConnectOptions> Connecting { get; } = new(
        Name, Takes, "prove it there: env:NAME, file:PATH, stdin: [none]", static (options, value) =>
            Read(value, static keys => SocketAuthenticators.ProveSharedSecret(keys[0]), static keys => SocketAuthenticators.ProveHmac(keys[0]))
                .Then(verifier => options with { AuthVerifier = verifier }));

    /// <summary>Whether a word of the command line has a secret in it, which then must not be repeated.</summary>
    public static bool HoldsSecret(string word)
    {
        foreach (string mark in (string[])[$"{Name}=", $"={Line}:", $"={Hmac}:", $"=\"{Line}:", $"=\"{Hmac}:"])
        {
            for (int at = word.IndexOf(mark, StringComparison.OrdinalIgnoreCase); at >= 0; at = word.IndexOf(mark, at + 1, StringComparison.OrdinalIgnoreCase))
            {
                ReadOnlySpan<char> value = word.AsSpan(at + mark.Length).TrimStart('"');
                ReadOnlySpan<char> source = mark[^1] == '=' ? value[(value.IndexOf(':') + 1)..] : value;
                if (value.Length > 0 && !IsSource(source) && !IsSource(value))
                {
                    return true;
                }
            }
        }

        return false;

        static bool IsSource(ReadOnlySpan<char> text) => SecretSource.Is(text.IndexOfAny(',', '"') is >= 0 and int end ? text[..end] : text);
    }

    /// <summary>What to warn of at the start, for each file of secrets that an end point names.</summary>
    public static IEnumerable<string> Warnings(string endPoint) =>
        from option in (QuotedParts.Split(endPoint).Value ?? []).Skip(1).Select(OptionTable<ListenOptions>.Split)
        where option.Name == Name
        let warning = SecretSource.Warning(Split(option.Value).Source)
        where warning is not null
        select warning;

    private static Parsed<SocketAuthVerifier> Read(
        string? value, Func<IReadOnlyList<AuthKey>, SocketAuthVerifier> ofLine, Func<IReadOnlyList<AuthKey>, SocketAuthVerifier> ofHmac)
    {
        (string scheme, string source) = Split(value);
        if (scheme is not (Line or Hmac) || !SecretSource.Is(source))
        {
            return new Wrong(
                SecretSource.Is(value) ? $"{Name} needs {Hmac} or {Line} before where the secret is; write {Name}={Hmac}:{value}"
                : SecretSource.Is(source) ? $"{Name} knows {Hmac} and {Line}, and not '{scheme}'; write {Name}={Hmac}:{source}"
                : $"{Name} takes where a secret is, never the secret itself; write {Example}");
        }

        Parsed<string> text = SecretSource.Read(source);
        Parsed<IReadOnlyList<AuthKey>> keys = text.Value is { } read ? KeyParser.Parse(read) : new Wrong(text.Error!);
        if (keys.Value is not { } known)
        {
            return new Wrong($"{Name}: {keys.Error}");
        }

        try
        {
            return (scheme == Hmac ? ofHmac : ofLine)(known);
        }
        catch (ArgumentException error)
        {
            // What follows names a parameter, which no user knows.
            return new Wrong($"{Name}: {error.Message.Split(" (Parameter ")[0].TrimEnd('.')}");
        }
    }

    private static (string Scheme, string Source) Split(string? value) => (value ?? "").Split(':', 2) is [var scheme, var source] ? (scheme, source) : ("", "");
}
