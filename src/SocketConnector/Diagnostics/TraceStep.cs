using System.Diagnostics;

namespace SocketConnector.Diagnostics;

/// <summary>One step on a peer's way, a child of its span: a stage of its admission, or a dial for it.</summary>
/// <param name="trace">The peer's.</param>
/// <param name="name">The stage's, or <c>connect</c>.</param>
/// <param name="since">When it began.</param>
internal sealed class TraceStep(PeerTrace trace, string name, DateTimeOffset since)
{
    private List<KeyValuePair<string, object?>>? _tags;

    public string Name => name;

    public DateTimeOffset Since => since;

    public ActivityKind Kind { get; init; } = ActivityKind.Internal;

    public IEnumerable<KeyValuePair<string, object?>>? Tags => _tags;

    /// <summary>The side that it happens on.</summary>
    public Side Side
    {
        init => Tag(MeterTag.Side, MeterTag.Of(value));
    }

    /// <summary>Adds what is known of it by now.</summary>
    public void Tag(string key, object? value) => (_tags ??= []).Add(new(key, value));

    /// <param name="reason">Why it failed, if it has.</param>
    /// <param name="error">What has failed.</param>
    public void End(CloseReason? reason = null, Exception? error = null) => trace.Add(this, reason, error is null ? null : ErrorText.Of(error));
}
