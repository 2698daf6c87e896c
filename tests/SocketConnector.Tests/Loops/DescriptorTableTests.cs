using SocketConnector.Loops;

namespace SocketConnector.Tests.Loops;

[Collection(Alone.Name)]
public sealed class DescriptorTableTests
{
    private const int Files = 300;

    [Fact]
    public void Counts_every_open_descriptor_and_nothing_else()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "known on Linux only");
        long limit = DescriptorTable.Limit();
        Assert.InRange(limit, 1, long.MaxValue);
        limit = Math.Min(limit, 1 << 16);
        int before = DescriptorTable.CountOpen(limit);
        Assert.InRange(before, Directory.GetFiles("/proc/self/fd").Length - 20, Directory.GetFiles("/proc/self/fd").Length + 20);
        FileStream[] files = [.. Enumerable.Range(0, Files).Select(_ => File.OpenRead("/dev/null"))];
        int with = DescriptorTable.CountOpen(limit);
        Array.ForEach(files, file => file.Dispose());
        Assert.InRange(with - before, Files - 20, Files + 20);
        Assert.InRange(with - DescriptorTable.CountOpen(limit), Files - 20, Files + 20);
    }
}
