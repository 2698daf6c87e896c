using SocketConnector.Cli.Values;
using SocketConnector.Diagnostics;

namespace SocketConnector.Cli.EndPoints;

/// <summary><c>auth=secret:SOURCE</c> and <c>auth=hmac:SOURCE</c>. A listening side verifies, a connecting side proves.</summary>
internal static class AuthOption
{
    private const string Example = $"{Name}=hmac:env:NAME, {Name}=hmac:file:PATH or {Name}=hmac:stdin:";

    public const string FromFile = $"{Name}=hmac:file:PATH";

    public const string Name = "auth";
    private const string Takes = "secret|hmac:SOURCE";
    private const string Line = "secret";
    private const string Hmac = "hmac";

    // An option of TLS, whose name ends like this one's.
    private const string OfClients = "client-";

    public static EndPointOption<ListenOptions> Listening { get; } = new(
        Name, Takes, "peers prove it: env:NAME, file:PATH, stdin: [none]", static (options, value) =>
            Parse(value, SocketAuthenticators.VerifySharedSecret, SocketAuthenticators.VerifyHmac).Then(verifier => options with { AuthVerifier = verifier }));

    public static EndPointOption<ConnectOptions> Connecting { get; } = new(
        Name, Takes, "prove it there: env:NAME, file:PATH, stdin: [none]", static (options, value) =>
            Parse(value, static keys => SocketAuthenticators.ProveSharedSecret(keys[0]), static keys => SocketAuthenticators.ProveHmac(keys[0]))
                .Then(verifier => options with { AuthVerifier = verifier }));

    /// <summary>Whether a word of the command line has a secret in it, which then must not be repeated.</summary>
    /// <returns>What to write instead; nothing where there is none.</returns>
    public static string? InPlaceOfSecret(string word)
    {
        foreach (string mark in (string[])[$"{Name}=", $"={Line}:", $"={Hmac}:", $"=\"{Line}:", $"=\"{Hmac}:"])
        {
            for (int at = word.IndexOf(mark, StringComparison.OrdinalIgnoreCase); at >= 0; at = word.IndexOf(mark, at + 1, StringComparison.OrdinalIgnoreCase))
            {
                ReadOnlySpan<char> value = word.AsSpan(at + mark.Length).TrimStart('"');
                ReadOnlySpan<char> source = mark[^1] == '=' ? value[(value.IndexOf(':') + 1)..] : value;
                bool isClientAuth = mark[0] != '=' && word.AsSpan(0, at).EndsWith(OfClients, StringComparison.OrdinalIgnoreCase);
                if (!isClientAuth && value.Length > 0 && !IsSource(source) && !IsSource(value))
                {
                    return Example;
                }
            }
        }

        return null;

        static bool IsSource(ReadOnlySpan<char> text) => SecretSource.Is(text.IndexOfAny(',', '"') is >= 0 and int end ? text[..end] : text);
    }

    /// <summary>What to warn of at the start, for each file of secrets that an end point names.</summary>
    public static IEnumerable<string> Warnings(string endPoint) =>
        Sources(endPoint).Select(SecretSource.Warning).OfType<string>();

    /// <summary>Whether an end point takes its keys from standard input.</summary>
    public static bool ReadsInput(string endPoint) => Sources(endPoint).Any(SecretSource.IsInput);

    /// <summary>Reads the keys of a side that was parsed.</summary>
    /// <returns>The side with them, or what is wrong with them.</returns>
    public static Parsed<T> ReadKeys<T>(T side)
        where T : SideOptions =>
        side.AuthVerifier?.Target is UnreadKeys keys ? keys.Read().Then(verifier => side with { AuthVerifier = verifier }) : side;

    private static Parsed<SocketAuthVerifier> Parse(
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

        return (SocketAuthVerifier)new UnreadKeys(source, scheme == Hmac ? ofHmac : ofLine).VerifyAsync;
    }

    private static IEnumerable<string> Sources(string endPoint) =>
        from option in (QuotedParts.Split(endPoint).Value ?? []).Skip(1).Select(OptionTable<ListenOptions>.Split)
        where option.Name == Name
        select Split(option.Value).Source;

    private static (string Scheme, string Source) Split(string? value) => (value ?? "").Split(':', 2) is [var scheme, var source] ? (scheme, source) : ("", "");

    /// <summary>
    /// Stands for the verifier until the program starts. Parsing reads no keys: help, the version and a mistake elsewhere on the line
    /// must not wait for standard input.
    /// </summary>
    private sealed class UnreadKeys(string source, Func<IReadOnlyList<AuthKey>, SocketAuthVerifier> make)
    {
        public ValueTask<AuthResult> VerifyAsync(AuthContext context, CancellationToken cancellationToken) => throw new InvalidOperationException($"The keys from {source} have not been read.");

        public Parsed<SocketAuthVerifier> Read()
        {
            Parsed<IReadOnlyList<AuthKey>> keys = SecretSource.Read(source).Next(KeyParser.Parse);
            if (keys.Value is not { } known)
            {
                return new Wrong($"{Name}: {keys.Error}");
            }

            try
            {
                return make(known);
            }
            catch (ArgumentException error)
            {
                return new Wrong($"{Name}: {ArgumentText.Of(error)}");
            }
        }
    }
}
