using SocketConnector.Diagnostics;

namespace SocketConnector.Tests.Contracts;

/// <summary>What must hold so that a new reason breaks nobody.</summary>
public sealed class CloseReasonNameTests
{
    /// <summary>Numbers are compiled into the programs of others, so they never change; a new one is added at the end.</summary>
    [Fact]
    public void B63_The_reasons_keep_their_numbers() => Assert.Equal(
        [
            (0, "Completed"), (1, "PeerReset"), (2, "ConnectFailed"), (3, "ConnectTimeout"), (4, "AuthRejected"), (5, "AuthFailed"),
            (6, "AuthTimeout"), (7, "HalfCloseTimeout"), (8, "TransformFailed"), (9, "HookFailed"), (10, "Aborted"), (11, "Ended"),
            (12, "BadProxyHeader"), (13, "AdmissionTimeout"), (14, "AccessDenied"), (15, "LimitReached"), (16, "RateLimited"),
            (17, "PendingTimeout"), (18, "IdleTimeout"), (19, "LifetimeReached"), (20, "TlsFailed"), (21, "Truncated"),
        ],
        Enum.GetValues<CloseReason>().Select(reason => ((int)reason, reason.ToString())));

    [Theory]
    [InlineData(CloseReason.Completed, "Completed", "completed", "completed")]
    [InlineData(CloseReason.PeerReset, "PeerReset", "peerReset", "reset")]
    [InlineData(CloseReason.AuthRejected, "AuthRejected", "authRejected", "authentication rejected")]
    [InlineData(CloseReason.LimitReached, "LimitReached", "limitReached", "limit reached")]
    [InlineData(CloseReason.RateLimited, "RateLimited", "rateLimited", "rate limited")]
    [InlineData(CloseReason.TlsFailed, "TlsFailed", "tlsFailed", "TLS failed")]
    [InlineData(CloseReason.IdleTimeout, "IdleTimeout", "idleTimeout", "idle timeout")]
    [InlineData(CloseReason.LifetimeReached, "LifetimeReached", "lifetimeReached", "lifetime reached")]
    [InlineData(CloseReason.PendingTimeout, "PendingTimeout", "pendingTimeout", "pending timeout")]
    [InlineData((CloseReason)99, "Reason99", "reason99", "reason 99")]
    public void B63_Each_reason_has_a_legible_name_also_one_that_is_not_known(CloseReason reason, string inCode, string inJson, string inWords) =>
        Assert.Equal((inCode, inJson, inWords), (CloseReasonName.Of(reason), CloseReasonName.InJson(reason), CloseReasonName.InWords(reason)));

    [Fact]
    public void B63_Each_reason_has_names_of_its_own()
    {
        CloseReason[] all = Enum.GetValues<CloseReason>();
        Assert.Equal(all.Length, all.Select(CloseReasonName.InJson).Distinct(StringComparer.Ordinal).Count());
        Assert.Equal(all.Length, all.Select(CloseReasonName.InWords).Distinct(StringComparer.Ordinal).Count());
    }

    [Fact]
    public void B63_Each_reason_is_counted_by_itself_and_those_without_a_name_together()
    {
        var ledger = new CloseLedger();
        CloseReason[] unknown = [(CloseReason)99, (CloseReason)int.MaxValue, (CloseReason)(-1)];
        CloseReason[] all = Enum.GetValues<CloseReason>();
        Assert.All(all.Concat(unknown), reason => ledger.Add(reason, Side.B));

        IReadOnlyList<CloseCount> counts = ledger.Snapshot();
        Assert.Equal(all.Select(reason => new CloseCount(reason, Side.B, 1)), counts.SkipLast(1));
        Assert.Equal((unknown.Length, Side.B), (counts[^1].Count, counts[^1].Side));
        Assert.False(Enum.IsDefined(counts[^1].Reason));
    }

    [Fact]
    public void B63_An_unknown_reason_is_legible_in_the_statistics()
    {
        var stats = new ConnectorStats
        {
            SocketPairs = 0,
            ActiveConnections = 0,
            BytesAToB = 0,
            BytesBToA = 0,
            RemotesA = [],
            RemotesB = [],
            LostEvents = 0,
            LostLogMessages = 0,
            Closed = [new CloseCount((CloseReason)99, Side.A, 2)],
        };

        Assert.Contains("""{"reason":"reason99","side":"A","count":2}""", stats.ToJson(), StringComparison.Ordinal);
    }
}
