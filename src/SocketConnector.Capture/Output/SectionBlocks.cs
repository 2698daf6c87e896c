using System.Net;
using SocketConnector.Capture.Pcapng;

namespace SocketConnector.Capture.Output;

/// <summary>What stands around the packets of every file: who wrote it, the interfaces and the names that are known by then; and at its end the counts.</summary>
/// <param name="options">How long packets are, and which views there are.</param>
/// <param name="queue">Counts the packets.</param>
internal sealed class SectionBlocks(CaptureOptions options, PacketQueue queue)
{
    private readonly Lock _gate = new();
    private readonly List<(IPAddress Address, string Name)> _names = [];

    private bool HasWire => options.View.HasFlag(CaptureView.Wire);

    /// <summary>An address has got a name: it is told now, and at the beginning of each further file.</summary>
    public void Name(IPAddress address, string name)
    {
        lock (_gate)
        {
            _names.Add((address, name));
        }

        queue.Add(blocks => blocks.AddName(address, name));
    }

    public ReadOnlyMemory<byte> Head()
    {
        var blocks = new BlockBuffer();
        blocks.AddSection($"SocketConnector {ProductVersion.Text}");
        blocks.AddInterface("clear", "What is relayed: decrypted and transformed, between the real ends", options.SnapLength);
        if (HasWire)
        {
            blocks.AddInterface("wire", "What came over the wire: TLS, between each peer and the relay", options.SnapLength);
        }

        lock (_gate)
        {
            foreach ((IPAddress address, string name) in _names)
            {
                blocks.AddName(address, name);
            }
        }

        return blocks.Written;
    }

    public ReadOnlyMemory<byte> Tail()
    {
        var blocks = new BlockBuffer();
        AddStatistics(blocks, InterfaceId.Clear);
        if (HasWire)
        {
            AddStatistics(blocks, InterfaceId.Wire);
        }

        return blocks.Written;
    }

    private void AddStatistics(BlockBuffer blocks, InterfaceId id)
    {
        (long packets, long dropped) = queue.CountsOf(id);
        blocks.AddStatistics((uint)id, PacketQueue.Time(options.TimeProvider.GetUtcNow()), packets + dropped, dropped);
    }
}
