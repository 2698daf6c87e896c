using System.Globalization;

namespace SocketConnector.Bench.Measuring;

/// <summary>What a process and all that descend from it have used and hold, as /proc tells it.</summary>
internal sealed class ProcessTree(int? root)
{
    private const double TicksPerSecond = 100; // USER_HZ, which Linux has fixed for user space.

    /// <summary>User and system time since the start, in seconds, of the living and of the children that were waited for.</summary>
    public double CpuSeconds() => Members().Sum(process => process.CpuSeconds);

    /// <summary>Proportional set size in KiB: pages that several processes share count once.</summary>
    public double PssKiB() => Members().Sum(process => ReadLines(process.Id, "smaps_rollup")
        .Where(line => line.StartsWith("Pss:", StringComparison.Ordinal))
        .Sum(line => double.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture)));

    public int Descriptors() => Members().Sum(process => Links(process.Id).Length);

    public int Sockets() => Members().Sum(process => Links(process.Id).Count(file => file.LinkTarget?.StartsWith("socket:", StringComparison.Ordinal) == true));

    private List<Member> Members()
    {
        if (root is null)
        {
            return [];
        }

        ILookup<int, Member> children = Directory.EnumerateDirectories("/proc")
            .Select(folder => int.TryParse(Path.GetFileName(folder), CultureInfo.InvariantCulture, out int id) ? Read(id) : null)
            .OfType<Member>()
            .ToLookup(process => process.Parent);
        var members = new List<Member>();
        if (Read(root.Value) is { } first)
        {
            members.Add(first);
        }

        for (int i = 0; i < members.Count; i++)
        {
            members.AddRange(children[members[i].Id]);
        }

        return members;
    }

    private static Member? Read(int id)
    {
        if (ReadLines(id, "stat") is not [string stat, ..])
        {
            return null;
        }

        // The name stands in parentheses and may hold anything. After it: state, parent, ..., utime, stime, cutime, cstime, ..., threads.
        string[] fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
        double Seconds(Range range) => fields[range].Sum(field => long.Parse(field, CultureInfo.InvariantCulture)) / TicksPerSecond;
        double own = fields[17] == "1" ? NanosecondsOfOneThread(id) / 1e9 ?? Seconds(11..13) : Seconds(11..13);
        return new Member(id, int.Parse(fields[1], CultureInfo.InvariantCulture), own + Seconds(13..15));
    }

    /// <summary>A relay of many processes with little to do in each would vanish below the ticks. It counts one thread only, the first.</summary>
    private static double? NanosecondsOfOneThread(int id) =>
        ReadLines(id, "schedstat") is [string line, ..] ? double.Parse(line.Split(' ')[0], CultureInfo.InvariantCulture) : null;

    /// <summary>Nothing when the process has ended meanwhile.</summary>
    private static string[] ReadLines(int id, string file)
    {
        try
        {
            return File.ReadAllLines($"/proc/{id}/{file}");
        }
        catch (IOException)
        {
            return [];
        }
    }

    private static FileSystemInfo[] Links(int id)
    {
        try
        {
            return new DirectoryInfo($"/proc/{id}/fd").GetFileSystemInfos();
        }
        catch (IOException)
        {
            return [];
        }
    }

    private sealed record Member(int Id, int Parent, double CpuSeconds);
}
