using System.Net;
using System.Net.Sockets;
using SocketConnector.Sockets;

namespace SocketConnector.Transports;

/// <summary>The attempts of one dial that have failed, told in one line.</summary>
internal sealed class DialFailures(DialTargets targets)
{
    private readonly HashSet<EndPoint> _tried = [];
    private int _attempts;
    private bool _mayPass;
    private (EndPoint EndPoint, SocketException Error)? _last;

    /// <summary>
    /// Whether another attempt might end otherwise. Without descriptors it would only take more of them; what must not be connected to stays so.
    /// </summary>
    public bool IsWorthRetry => _mayPass && _last is not { Error.SocketErrorCode: SocketError.TooManyOpenSockets };

    public void Add(Candidate candidate, SocketException error)
    {
        _tried.Add(candidate.EndPoint);
        _attempts++;
        _mayPass |= error is not ExplainedSocketException { IsLasting: true };
        _last = (candidate.EndPoint, error);
    }

    public SocketException Failure()
    {
        (EndPoint endPoint, SocketException error) = _last!.Value;
        string reason = SocketFailure.Reason(error, endPoint);
        string text = _attempts == 1 && targets.EndPoints.Length == 1 ? reason
            : _tried.Count == 1 ? $"{Attempts()} failed: {reason}"
            : $"{Attempts()} failed; the last, on {EndPointText.Of(endPoint)}: {reason}";
        return Error(error.SocketErrorCode, text);
    }

    public SocketException TimedOut() => Error(
        SocketError.TimedOut,
        _last is { } last
            ? $"timed out; {Attempts()} failed before; the last, on {EndPointText.Of(last.EndPoint)}: {SocketFailure.Reason(last.Error, last.EndPoint)}"
            : SocketFailure.Reason(new SocketException((int)SocketError.TimedOut)));

    private string Attempts() => $"{(_attempts == 1 ? "1 attempt" : $"{_attempts} attempts")} on {(_tried.Count == 1 ? "1 address" : $"{_tried.Count} addresses")}";

    private SocketException Error(SocketError code, string text) => new((int)code, $"Cannot connect to {targets}: {text}");
}
