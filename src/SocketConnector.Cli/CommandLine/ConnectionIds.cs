using System.CommandLine;
using System.Globalization;
using SocketConnector.Cli.Values;

namespace SocketConnector.Cli.CommandLine;

/// <summary>Numbers of connections on the command line, as lists and events show them: <c>12</c>, or <c>#12</c> in quotes.</summary>
internal static class ConnectionIds
{
    public static Argument<long> One() => new("ID")
    {
        CustomParser = static result => Read(result.Tokens[0].Value, result.AddError),
    };

    public static Argument<long[]> Several() => new("ID")
    {
        Arity = ArgumentArity.OneOrMore,
        CustomParser = static result => [.. result.Tokens.Select(token => Read(token.Value, result.AddError)).Distinct()],
    };

    public static Parsed<long> Parse(string text) =>
        long.TryParse(text.StartsWith('#') ? text.AsSpan(1) : text, NumberStyles.None, CultureInfo.InvariantCulture, out long id) && id >= 1
            ? id
            : new Wrong($"'{text}' is not the number of a connection; take one from socketconnector list");

    private static long Read(string text, Action<string> addError)
    {
        Parsed<long> id = Parse(text);
        if (id.Error is { } error)
        {
            addError($"ID: {error}");
        }

        return id.Value;
    }
}
