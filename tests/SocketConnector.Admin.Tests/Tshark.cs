using System.Diagnostics;
using System.Text;
using SocketConnector.TestKit;

namespace SocketConnector.Admin.Tests;

/// <summary>Debian's tshark, which reads what was captured.</summary>
internal static class Tshark
{
    private static readonly string? _program = new[] { "/usr/bin/tshark", "/usr/local/bin/tshark" }.FirstOrDefault(File.Exists);

    /// <summary>What each side said in the first conversation, A's first: those of side A are the client's.</summary>
    public static async Task<(string One, string Other)> FollowAsync(string file)
    {
        string[] packets = (await ReadAsync(file, "-Y", "tcp.len > 0", "-T", "fields", "-e", "tcp.srcport", "-e", "tcp.payload")).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        string? first = packets.FirstOrDefault()?.Split('\t')[0];
        return (Said(isFirst: true), Said(isFirst: false));

        string Said(bool isFirst) => string.Concat(packets.Select(static packet => packet.Split('\t'))
            .Where(packet => packet[0] == first == isFirst).Select(static packet => Encoding.ASCII.GetString(Convert.FromHexString(packet[1]))));
    }

    public static Task<string> CommentsAsync(string file) => ReadAsync(file, "-Y", "frame.comment", "-T", "fields", "-e", "frame.comment");

    private static async Task<string> ReadAsync(string file, params string[] arguments)
    {
        Assert.SkipWhen(_program is null, "tshark is not installed");
        var start = new ProcessStartInfo(_program, ["-n", "-r", file, .. arguments]) { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false };
        using Process process = Process.Start(start)!;
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        Task<string> errors = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync().InTimeAsync(TimeSpan.FromSeconds(60), "tshark");
        Assert.True(process.ExitCode == 0, await errors);
        return await output;
    }
}
