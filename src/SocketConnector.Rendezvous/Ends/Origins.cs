using System.Net;
using System.Runtime.CompilerServices;

namespace SocketConnector.Rendezvous.Ends;

/// <summary>
/// Where the streams of sessions come from. Kept beside the streams and not in them: a connector would take what a relay tells for the address of a
/// socket, and hold access lists and limits against it.
/// </summary>
internal static class Origins
{
    private static readonly ConditionalWeakTable<DuplexStream, EndPoint> _all = [];

    /// <param name="stream">The stream.</param>
    /// <param name="partner">What the relay tells of the partner, if anything.</param>
    /// <param name="relay">The relay's own address.</param>
    public static void Note(DuplexStream stream, string? partner, EndPoint? relay)
    {
        if ((IPEndPoint.TryParse(partner ?? "", out IPEndPoint? told) ? told : relay) is { } origin)
        {
            _all.Add(stream, origin);
        }
    }

    public static EndPoint? Of(DuplexStream stream) => _all.TryGetValue(stream, out EndPoint? origin) ? origin : null;
}
