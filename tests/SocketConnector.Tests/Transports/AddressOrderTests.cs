using System.Net;
using System.Net.Sockets;
using FsCheck;
using FsCheck.Fluent;
using SocketConnector.Transports;

namespace SocketConnector.Tests.Transports;

public sealed class AddressOrderTests
{
    [Theory]
    [InlineData("fd00::1 fd00::2 10.0.0.1 10.0.0.2", null, "fd00::1 10.0.0.1 fd00::2 10.0.0.2")]
    [InlineData("10.0.0.1 fd00::1 fd00::2 fd00::3", null, "10.0.0.1 fd00::1 fd00::2 fd00::3")]
    [InlineData("fd00::1 fd00::2 10.0.0.1 10.0.0.2", "10.0.0.2", "10.0.0.2 fd00::1 10.0.0.1 fd00::2")]
    [InlineData("fd00::1 10.0.0.1", "192.0.2.1", "fd00::1 10.0.0.1")]
    [InlineData("fd00::1 fd00::1 fd00::1", null, "fd00::1")]
    public void B99_Families_take_turns_behind_the_last_winner(string resolved, string? winner, string expected) => Assert.Equal(
        Read(expected),
        AddressOrder.Of(Read(resolved), winner is null ? null : IPAddress.Parse(winner), only: null));

    [Theory]
    [InlineData(AddressFamily.InterNetwork, "10.0.0.1 ::ffff:10.0.0.2")]
    [InlineData(AddressFamily.InterNetworkV6, "fd00::1")]
    public void B99_A_source_address_leaves_out_the_other_family(AddressFamily family, string expected) =>
        Assert.Equal(Read(expected), AddressOrder.Of(Read("fd00::1 10.0.0.1 ::ffff:10.0.0.2"), winner: null, family));

    [Fact]
    public void B99_No_address_is_lost_or_invented_and_families_alternate_while_both_last() => Check.One(
        Config.QuickThrowOnFailure,
        Prop.ForAll(
            Gen.Choose(0, 19).ListOf().ToArbitrary(),
            numbers =>
            {
                IPAddress[] addresses = [.. numbers.Select(number => number < 10 ? new IPAddress([10, 0, 0, (byte)number]) : IPAddress.Parse($"fd00::{number}"))];
                IPAddress? winner = addresses is [.., IPAddress last] ? last : null;
                IReadOnlyList<IPAddress> ordered = AddressOrder.Of(addresses, winner, only: null);
                int shorter = ordered.GroupBy(address => address.AddressFamily).Select(family => family.Count()).Append(ordered.Count).Min();
                int both = ordered.Select(address => address.AddressFamily).Distinct().Count() == 2 ? 2 * shorter : 0;
                return addresses.ToHashSet().SetEquals(ordered)
                    && ordered.Distinct().Count() == ordered.Count
                    && Equals(ordered is [IPAddress first, ..] ? first : null, winner)
                    && Enumerable.Range(1, Math.Max(both - 1, 0)).All(i => ordered[i].AddressFamily != ordered[i - 1].AddressFamily);
            }));

    private static IPAddress[] Read(string text) => [.. text.Split(' ').Select(IPAddress.Parse)];
}
