using System.Text;
using SocketConnector.Cli.Values;
using SocketConnector.Diagnostics;
using SocketConnector.Rendezvous;

namespace SocketConnector.Cli.Meeting;

/// <summary>Reads <c>[ID=]SOURCE</c>, where a key for tickets is kept: a secret in one line, or a PEM.</summary>
internal static class TicketKeyParser
{
    /// <summary>The id of a key that is given without one.</summary>
    private const string StandardId = "1";
    private const string Pem = "-----BEGIN ";

    /// <summary>Whether the text names a source, rather than being the key itself.</summary>
    public static bool IsSource(string text) => SecretSource.Is(Split(text).Source);

    /// <summary>Whether it is kept on standard input.</summary>
    public static bool ReadsInput(string text) => SecretSource.IsInput(Split(text).Source);

    public static string IdOf(string text) => Split(text).Id;

    public static Parsed<TicketKey> Read(string text)
    {
        (string id, string source) = Split(text);
        return SecretSource.Read(source).Next(content => Of(id, content.Trim()));
    }

    public static string? Warning(string text) => SecretSource.Warning(Split(text).Source);

    private static (string Id, string Source) Split(string text) =>
        !SecretSource.Is(text) && text.Split('=', 2) is [string id, string source] ? (id, source) : (StandardId, text);

    private static Parsed<TicketKey> Of(string id, string content)
    {
        try
        {
            return content.Contains(Pem, StringComparison.Ordinal) ? TicketKey.Es256(id, content) : TicketKey.Hs256(id, Encoding.UTF8.GetBytes(content));
        }
        catch (ArgumentException error)
        {
            return new Wrong($"{ArgumentText.Of(error)}; make a secret with: openssl rand -hex 32");
        }
    }
}
