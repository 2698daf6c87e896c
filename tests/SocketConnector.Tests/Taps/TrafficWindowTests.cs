using System.Text;
using SocketConnector.Taps;

namespace SocketConnector.Tests.Taps;

public sealed class TrafficWindowTests
{
    [Theory]
    [InlineData(long.MaxValue, 0, "abcdefghij", "", 0, 0)]
    [InlineData(4, 0, "abcd", "", 0, 0)]
    [InlineData(0, 3, "", "hij", 7, 7)]
    [InlineData(4, 3, "abcd", "hij", 7, 3)]
    [InlineData(4, 6, "abcd", "efghij", 4, 0)]
    [InlineData(4, 60, "abcd", "efghij", 4, 0)]
    [InlineData(10, 3, "abcdefghij", "", 0, 0)]
    [InlineData(100, 3, "abcdefghij", "", 0, 0)]
    public void First_and_last_bytes_are_shown_once_however_they_are_cut(long first, int last, string shown, string kept, long offset, long skipped)
    {
        byte[] all = "abcdefghij"u8.ToArray();
        for (int size = 1; size <= all.Length; size++)
        {
            var window = new TrafficWindow(first, last);
            var passing = new StringBuilder();
            foreach (byte[] chunk in all.Chunk(size))
            {
                passing.Append(Encoding.ASCII.GetString(chunk, 0, window.Take(chunk)));
            }

            (byte[] Bytes, long Offset, long Skipped)? end = window.End();
            Assert.Equal((shown, kept), (passing.ToString(), Encoding.ASCII.GetString(end?.Bytes ?? [])));
            Assert.Equal((offset, skipped), (end?.Offset ?? 0, end?.Skipped ?? 0));
            Assert.Null(window.End());
        }
    }

    [Fact]
    public void It_is_open_while_something_that_follows_may_be_shown()
    {
        TrafficWindow first = new(3, 0), both = new(3, 1);
        Assert.Equal(2, first.Take("ab"u8));
        Assert.True(first.IsOpen, "one more is shown");
        Assert.Equal(1, first.Take("cd"u8));
        Assert.False(first.IsOpen, "the first are shown");
        both.Take("abcd"u8);
        Assert.True(both.IsOpen, "the last is not known yet");
        both.End();
        Assert.False(both.IsOpen, "nothing follows");
    }
}
