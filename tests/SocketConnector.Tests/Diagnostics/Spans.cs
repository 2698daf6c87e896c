using System.Diagnostics;

namespace SocketConnector.Tests.Diagnostics;

/// <summary>Listens to the spans of the whole process, and keeps those that have ended.</summary>
internal sealed class Spans : IDisposable
{
    private readonly Lock _gate = new();
    private readonly List<Activity> _ended = [];
    private readonly ActivityListener _listener;

    public Spans()
    {
        _listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == "SocketConnector",
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = ended =>
            {
                lock (_gate)
                {
                    _ended.Add(ended);
                }
            },
        };
        ActivitySource.AddActivityListener(_listener);
    }

    public IReadOnlyList<Activity> Ended
    {
        get
        {
            lock (_gate)
            {
                return [.. _ended];
            }
        }
    }

    /// <summary>The only one of that name.</summary>
    public Activity Single(string name) => Assert.Single(Ended, span => span.DisplayName == name);

    /// <summary>The steps within one, in order, with what has failed: as in <c>tls</c>, or <c>connect ConnectFailed</c>.</summary>
    public IEnumerable<string> StepsOf(Activity parent) => Ended
        .Where(span => span.ParentSpanId == parent.SpanId && span.TraceId == parent.TraceId)
        .Select(span => span.GetTagItem("error.type") is { } error ? $"{span.DisplayName} {error}" : span.DisplayName);

    public void Dispose() => _listener.Dispose();
}
