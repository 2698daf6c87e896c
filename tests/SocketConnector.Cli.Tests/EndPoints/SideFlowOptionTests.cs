using SocketConnector.Cli.EndPoints;

namespace SocketConnector.Cli.Tests.EndPoints;

public sealed class SideFlowOptionTests
{
    [Theory]
    [InlineData("user-timeout=30s", 30_000)]
    [InlineData("user-timeout=250ms", 250)]
    [InlineData("user-timeout=none", null)]
    public void B97_A_side_of_either_kind_has_a_user_timeout(string option, int? milliseconds)
    {
        TimeSpan? expected = milliseconds is { } some ? TimeSpan.FromMilliseconds(some) : null;
        Assert.Equal(expected, EndPointParser.Listen($"9000,{option}").Value!.UserTimeout);
        Assert.Equal(expected, EndPointParser.Connect($"db.internal:5432,{option}").Value!.UserTimeout);
    }

    [Theory]
    [InlineData("bandwidth=64KiB/s", 64 * 1024L)]
    [InlineData("bandwidth=1tib/S", 1L << 40)]
    [InlineData("bandwidth=off", null)]
    public void B98_A_side_of_either_kind_has_a_bandwidth(string option, long? bytes)
    {
        Assert.Equal(bytes, EndPointParser.Listen($"9000,{option}").Value!.Bandwidth);
        Assert.Equal(bytes, EndPointParser.Connect($"db.internal:5432,{option}").Value!.Bandwidth);
    }

    [Theory]
    [InlineData("bandwidth", "bandwidth: the rate is missing; write bandwidth=64KiB/s")]
    [InlineData("bandwidth=10MiB", "bandwidth: '10MiB' is a size, not a rate; write 10MiB/s")]
    [InlineData("bandwidth=fast", "bandwidth: 'fast' is not a rate; write 64KiB/s, 10MiB/s or none")]
    [InlineData("bandwidth=1", "bandwidth: '1' is out of range; it must be from 1KiB/s to 1TiB/s")]
    public void B98_A_wrong_one_is_told(string option, string expected)
    {
        Assert.Equal(expected, EndPointParser.Listen($"9000,{option}").Error);
        Assert.Equal(expected, EndPointParser.Connect($"9000,{option}").Error);
    }

    [Theory]
    [InlineData("user-timeout", "user-timeout: the time is missing; write user-timeout=30s")]
    [InlineData("user-timeout=30", "user-timeout: '30' has no unit; write 30s or 30ms")]
    [InlineData("user-timeout=0s", "user-timeout: '0s' is too short; the shortest is 1ms, and none means no limit")]
    [InlineData("user-timeout=1.5ms", "user-timeout: '1.5ms' must be whole milliseconds, at most 596h; write user-timeout=30s")]
    [InlineData("user-timeout=597h", "user-timeout: '597h' must be whole milliseconds, at most 596h; write user-timeout=30s")]
    [InlineData("user-timeout=1s,user-timeout=2s", "user-timeout is given twice")]
    public void B97_A_wrong_one_is_told(string option, string expected)
    {
        Assert.Contains(expected, EndPointParser.Listen($"9000,{option}").Error, StringComparison.Ordinal);
        Assert.Contains(expected, EndPointParser.Connect($"9000,{option}").Error, StringComparison.Ordinal);
    }
}
