using SocketConnector.Cli.EndPoints;
using SocketConnector.Cli.Running;

namespace SocketConnector.Cli.Tests.Running;

public sealed class StrangersTests
{
    [Theory]
    [InlineData("9000", "8000", true)]
    [InlineData("[::]:9000", "192.0.2.1:8000", true)]
    [InlineData("127.0.0.1:9000,also=192.0.2.1:9000", "relay.internal:8000", true)]
    [InlineData("9000", "127.0.0.1:8000", false)]
    [InlineData("[::1]:9000", "8000", false)]
    [InlineData("localhost:9000", "8000", false)]
    [InlineData("unix:/run/a.sock", "8000", false)]
    [InlineData("9000,allow=10.0.0.0/8", "8000", false)]
    [InlineData("9000,deny=10.0.0.0/8", "8000", true)]
    public void Two_sides_that_anybody_reaches_are_warned_of(string sideA, string sideB, bool isWarned) =>
        Assert.Equal(isWarned, Strangers.Warning(EndPointParser.Listen(sideA).Value!, EndPointParser.Listen(sideB).Value!) is not null);

    [Fact]
    public void Where_each_client_has_a_partner_of_its_own_nobody_takes_a_place() =>
        Assert.Null(Strangers.Warning(EndPointParser.Listen("9000").Value!, EndPointParser.Connect("db.internal:5432").Value!));
}
