using System.Net.Security;
using System.Security.Authentication;
using Microsoft.Extensions.Logging;

namespace SocketConnector.Diagnostics;

/// <summary>
/// Every message of the connector. Read from top to bottom it is the story of a connection, whose ordinary course is told at Debug;
/// Information is for the connector itself.
/// </summary>
internal static partial class ConnectorLog
{
    public const string Category = "SocketConnector";
    public const string TrafficCategory = "SocketConnector.Traffic";

    /// <summary>The lowest level of what is told on standard error.</summary>
    public static LogLevel Least(bool isVerbose) => isVerbose ? LogLevel.Debug : LogLevel.Warning;

    /// <summary>Whether an event tells the same: the listening, the peers that wait, the joins and the ends, those of peers that were never joined included.</summary>
    public static bool IsEvent(int id) => id is 1 or 12 or 13 or 14 or 15 or 20 or 22 or 23;

    [LoggerMessage(1, LogLevel.Information, "Side {Side} listening on {EndPoint}")]
    public static partial void Listening(this ILogger log, Side side, string endPoint);

    [LoggerMessage(2, LogLevel.Warning, "Side {Side} cannot accept on {EndPoint} and goes on trying: {Error}")]
    public static partial void AcceptFailing(this ILogger log, Side side, string endPoint, string error);

    [LoggerMessage(3, LogLevel.Information, "Side {Side} accepts again on {EndPoint}, after {Failures} tries")]
    public static partial void AcceptRecovered(this ILogger log, Side side, string endPoint, int failures);

    [LoggerMessage(4, LogLevel.Information, "Side {Side} stopped listening on {EndPoint}")]
    public static partial void StoppedListening(this ILogger log, Side side, string endPoint);

    [LoggerMessage(5, LogLevel.Information, "Relays with the portable engine: {Reason}")]
    public static partial void Portable(this ILogger log, string reason);

    [LoggerMessage(10, LogLevel.Debug, "{Peer} connected")]
    public static partial void PeerConnected(this ILogger log, Peer peer);

    [LoggerMessage(11, LogLevel.Debug, "{Peer} authenticated")]
    public static partial void PeerAuthenticated(this ILogger log, Peer peer);

    [LoggerMessage(35, LogLevel.Debug, "{Peer} is told by {Socket} in a PROXY header")]
    public static partial void ProxyHeaderTaken(this ILogger log, Peer peer, string socket);

    [LoggerMessage(36, LogLevel.Debug, "{Peer} speaks TLS: {Protocol}, {CipherSuite}")]
    public static partial void TlsSettled(this ILogger log, Peer peer, SslProtocols protocol, TlsCipherSuite cipherSuite);

    [LoggerMessage(37, LogLevel.Information, "The certificate {Path} has changed; new handshakes use it, and it ends on {NotAfter:yyyy-MM-dd HH:mm} UTC")]
    public static partial void CertificateChanged(this ILogger log, string path, DateTime notAfter);

    [LoggerMessage(38, LogLevel.Warning, "{Error}; the certificate before stays in use")]
    public static partial void CertificateKept(this ILogger log, string error);

    [LoggerMessage(12, LogLevel.Debug, "{Peer} waits for a partner")]
    public static partial void PeerPending(this ILogger log, Peer peer);

    [LoggerMessage(EventId = 13, Message = "{Peer} closed before it was joined: {Cause}: {Detail}")]
    public static partial void NotJoined(this ILogger log, LogLevel level, Peer peer, Cause cause, string detail);

    [LoggerMessage(EventId = 14, Message = "{PeerA} and {PeerB} closed before they were joined: {Cause}: {Detail}")]
    public static partial void NotJoined(this ILogger log, LogLevel level, Peer peerA, Peer peerB, Cause cause, string detail);

    [LoggerMessage(39, LogLevel.Warning, "{Peer} closed, and the next target is dialled: {Cause}: {Detail}")]
    public static partial void TargetRefused(this ILogger log, Peer peer, Cause cause, string detail);

    [LoggerMessage(15, LogLevel.Debug, "{Peer} closed while it waited for a partner: {Cause}")]
    public static partial void PendingEnded(this ILogger log, Peer peer, Cause cause);

    [LoggerMessage(20, LogLevel.Debug, "#{Id} joined {PeerA} and {PeerB}")]
    public static partial void Joined(this ILogger log, long id, Peer peerA, Peer peerB);

    [LoggerMessage(21, LogLevel.Debug, "#{Id} side {Side} ended its half; {PeerA} and {PeerB} stay joined the other way")]
    public static partial void HalfClosed(this ILogger log, long id, Side side, Peer peerA, Peer peerB);

    [LoggerMessage(22, LogLevel.Debug, "#{Id} closed: {Cause}; {PeerA} and {PeerB}, {BytesAToB} bytes A to B, {BytesBToA} bytes B to A, {Milliseconds} ms")]
    public static partial void Closed(this ILogger log, long id, Cause cause, Peer peerA, Peer peerB, long bytesAToB, long bytesBToA, long milliseconds);

    [LoggerMessage(23, LogLevel.Warning, "#{Id} closed: {Cause}; {PeerA} and {PeerB}, {BytesAToB} bytes A to B, {BytesBToA} bytes B to A, {Milliseconds} ms: {Detail}")]
    public static partial void Failed(this ILogger log, long id, Cause cause, Peer peerA, Peer peerB, long bytesAToB, long bytesBToA, long milliseconds, string detail);

    [LoggerMessage(24, LogLevel.Warning, "{What} went on after its deadline and then failed: {Error}")]
    public static partial void AbandonedFailed(this ILogger log, string what, string error);

    [LoggerMessage(25, LogLevel.Warning, "#{Id} the tap {Tap} failed and is detached: {Error}")]
    public static partial void TapFailed(this ILogger log, long id, string tap, string error);

    [LoggerMessage(26, LogLevel.Warning, "#{Id} gets no tap: {Error}")]
    public static partial void NewTapFailed(this ILogger log, long id, string error);

    [LoggerMessage(30, LogLevel.Information, "No connection, and the grace period of {Seconds} s has passed: closing")]
    public static partial void GracePassed(this ILogger log, double seconds);

    [LoggerMessage(31, LogLevel.Information, "Stopped accepting; connections that may finish: {Connections}")]
    public static partial void Draining(this ILogger log, int connections);

    [LoggerMessage(32, LogLevel.Information, "Closed")]
    public static partial void ConnectorClosed(this ILogger log);

    [LoggerMessage(33, LogLevel.Error, "A fault of the connector itself, please report it")]
    public static partial void Fault(this ILogger log, Exception error);

    [LoggerMessage(34, LogLevel.Warning, "The TimeProvider failed; the system's clock stands in where it does: {Error}")]
    public static partial void ClockFailed(this ILogger log, string error);

    // The standard error sink tells the two directions apart by these ids.
    internal const int TrafficAToB = 40;
    internal const int TrafficBToA = 41;
    internal const int TrafficMissed = 42;
    internal const int TrafficMissedInAll = 43;
    internal const int TrafficSkipped = 44;
    internal const int TrafficNoMore = 45;
    internal const int TrafficAsJson = 46;

    [LoggerMessage(TrafficAToB, LogLevel.Information, "A -> B #{Id} {Text}")]
    public static partial void AToB(this ILogger log, long id, string text);

    [LoggerMessage(TrafficBToA, LogLevel.Information, "B -> A #{Id} {Text}")]
    public static partial void BToA(this ILogger log, long id, string text);

    [LoggerMessage(TrafficMissed, LogLevel.Information, "#{Id} {Bytes} bytes of {Side} are not shown: the log is behind")]
    public static partial void MissedTraffic(this ILogger log, long id, long bytes, Side side);

    [LoggerMessage(TrafficMissedInAll, LogLevel.Information, "#{Id} {Bytes} bytes in all were not shown: the log was behind")]
    public static partial void MissedTrafficInAll(this ILogger log, long id, long bytes);

    [LoggerMessage(TrafficSkipped, LogLevel.Information, "#{Id} {Bytes} bytes of {Side} are left out here, and its last ones follow")]
    public static partial void SkippedTraffic(this ILogger log, long id, long bytes, Side side);

    [LoggerMessage(TrafficNoMore, LogLevel.Information, "#{Id} no more of {Side} is shown than its first {Bytes} bytes")]
    public static partial void NoMoreTraffic(this ILogger log, long id, Side side, long bytes);

    [LoggerMessage(TrafficAsJson, LogLevel.Information, "{Line}")]
    public static partial void TrafficJson(this ILogger log, string line);
}
