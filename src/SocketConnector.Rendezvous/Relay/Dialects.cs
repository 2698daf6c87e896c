using SocketConnector.Rendezvous.Wire;

namespace SocketConnector.Rendezvous.Relay;

/// <summary>Tells by its first bytes what a client speaks. No two begin with the same byte.</summary>
internal static class Dialects
{
    private static ReadOnlySpan<byte> Get => "GET "u8;

    /// <param name="first">What has come so far.</param>
    /// <param name="hasTransit">Whether the relay speaks that at all.</param>
    public static Dialect Recognise(ReadOnlySpan<byte> first, bool hasTransit) =>
        Begins(first, Opening.Bytes, Dialect.Scr)
        ?? Begins(first, Get, Dialect.Http)
        ?? (hasTransit ? Begins(first, TransitLine.Prefix, Dialect.Transit) : null)
        ?? Dialect.Unknown;

    /// <returns>The dialect; undecided while all that came is its beginning; nothing where it is another.</returns>
    private static Dialect? Begins(ReadOnlySpan<byte> first, ReadOnlySpan<byte> sign, Dialect dialect) =>
        first.StartsWith(sign) ? dialect
        : sign.StartsWith(first) ? Dialect.Undecided
        : null;
}
