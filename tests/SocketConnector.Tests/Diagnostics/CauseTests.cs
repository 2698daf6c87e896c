using SocketConnector.Diagnostics;

namespace SocketConnector.Tests.Diagnostics;

public sealed class CauseTests
{
    [Theory]
    [InlineData(CloseReason.Completed, "completed by side A")]
    [InlineData(CloseReason.PeerReset, "reset by side A")]
    [InlineData(CloseReason.ConnectFailed, "connect failed on side A")]
    [InlineData(CloseReason.ConnectTimeout, "connect timeout on side A")]
    [InlineData(CloseReason.AuthRejected, "authentication rejected on side A")]
    [InlineData(CloseReason.AuthTimeout, "authentication timeout on side A")]
    [InlineData(CloseReason.HalfCloseTimeout, "half-close timeout on side A")]
    [InlineData(CloseReason.TransformFailed, "transform failed on side A")]
    [InlineData((CloseReason)99, "reason 99 on side A")]
    public void B60_A_reason_is_told_in_words_with_its_side(CloseReason reason, string words) =>
        Assert.Equal(words, new Cause(reason, Side.A).ToString());

    [Theory]
    [InlineData(CloseReason.HookFailed, "hook failed")]
    [InlineData(CloseReason.Aborted, "aborted")]
    [InlineData(CloseReason.Ended, "ended")]
    [InlineData(CloseReason.AuthFailed, "authentication failed")]
    [InlineData((CloseReason)int.MaxValue, "reason 2147483647")]
    public void B60_Where_no_side_is_to_blame_none_is_named(CloseReason reason, string words) =>
        Assert.Equal(words, new Cause(reason, null).ToString());
}
