using System.Security.Cryptography;
using SocketConnector.Rendezvous.Wire;

namespace SocketConnector.Rendezvous.Tests;

public sealed class SessionNameTests
{
    [Fact]
    public void It_is_read_as_it_was_written()
    {
        byte[] bytes = RandomNumberGenerator.GetBytes(SessionName.Length);
        byte[] again = new byte[SessionName.Length];
        SessionName.Read(bytes).Write(again);
        Assert.Equal(bytes, again);
    }

    [Fact]
    public void A_log_shows_no_more_of_it_than_its_first_digits() =>
        Assert.Equal("01020304", SessionName.Read([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16]).ToString());
}
