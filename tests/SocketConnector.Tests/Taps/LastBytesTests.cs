using SocketConnector.Taps;

namespace SocketConnector.Tests.Taps;

public sealed class LastBytesTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(256)]
    [InlineData(300)]
    [InlineData(5000)]
    public void They_are_the_last_of_all_that_were_added_however_they_came(int most)
    {
        var random = new Random(most);
        for (int round = 0; round < 200; round++)
        {
            var last = new LastBytes(most);
            var all = new List<byte>();
            int largest = random.Next(1, 3 * most);
            for (int i = random.Next(12); i > 0; i--)
            {
                byte[] bytes = new byte[random.Next(largest + 1)];
                random.NextBytes(bytes);
                last.Add(bytes);
                all.AddRange(bytes);
                Assert.Equal(all.TakeLast(most), last.ToArray());
                Assert.Equal(Math.Min(all.Count, most), last.Count);
            }
        }
    }

    [Fact]
    public void None_are_none() => Assert.Empty(new LastBytes(5).ToArray());
}
