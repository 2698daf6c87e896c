using SocketConnector.Admission;

namespace SocketConnector.Limits;

/// <summary>How many of a side may wait for a partner at once.</summary>
/// <param name="all">In all, if that is limited.</param>
/// <param name="perAddress">From each address, if that is.</param>
internal sealed class PendingLimits(CountLimit? all, AddressCounts? perAddress)
{
    public CountLimit? All => all;

    public AddressCounts? PerAddress => perAddress;

    /// <summary>Takes a place, until <see cref="GiveBack"/>.</summary>
    /// <returns>Why there is none.</returns>
    public Refusal? TryTake(Peer peer)
    {
        if (all is not null && !all.TryTake())
        {
            return OverLimit.Of(peer, $"the limit of pending peers, {all.Max}, is reached");
        }

        if (perAddress is not null && AddressKey.Of(peer.Remote) is { } address && !perAddress.TryTake(address))
        {
            all?.GiveBack();
            return OverLimit.Of(peer, $"the limit of pending peers from one address, {perAddress.Max}, is reached");
        }

        return null;
    }

    public void GiveBack(Peer peer)
    {
        all?.GiveBack();
        if (perAddress is not null && AddressKey.Of(peer.Remote) is { } address)
        {
            perAddress.GiveBack(address);
        }
    }
}
