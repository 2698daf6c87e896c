using System.Net;
using FsCheck;
using FsCheck.Fluent;
using SocketConnector.TestKit;

namespace SocketConnector.Tests.Access;

public sealed class NetworkListTests
{
    /// <summary>Few bits, so that networks overlap and addresses fall into them.</summary>
    private static Gen<IPAddress> Addresses { get; } =
        from isIPv6 in Gen.Elements(false, true)
        from bits in Gen.ArrayOf(Gen.Elements<byte>(0, 1, 127, 128, 255), isIPv6 ? 16 : 4)
        select new IPAddress(bits);

    private static Gen<IPNetwork> Networks { get; } =
        from address in Addresses
        from prefix in Gen.Choose(0, 8 * address.GetAddressBytes().Length)
        select IPNetwork.Parse($"{Masked(address, prefix)}/{prefix}");

    [Fact]
    public Task B90_An_address_is_found_exactly_where_one_of_the_networks_has_it() => Seeded.CheckAsync(
        Gen.ListOf(Networks).Zip(Addresses),
        cases: 5000,
        pair =>
        {
            (IEnumerable<IPNetwork> networks, IPAddress address) = (pair.Item1, pair.Item2);
            bool isIn = networks.Any(network => network.Contains(address));
            var list = new NetworkList(networks);
            Assert.Equal(isIn, list.Contains(CompactEndPoint.Of(new IPEndPoint(address, 1))));
            Assert.Equal(isIn, list.Contains(CompactEndPoint.Of(new IPEndPoint(address.MapToIPv6(), 1))));
        });

    private static IPAddress Masked(IPAddress address, int prefix)
    {
        byte[] bytes = address.GetAddressBytes();
        for (int bit = prefix; bit < 8 * bytes.Length; bit++)
        {
            bytes[bit / 8] &= (byte)~(0x80 >> (bit % 8));
        }

        return new IPAddress(bytes);
    }
}
