using System.Diagnostics;
using System.Globalization;
using SocketConnector.TestKit;

namespace SocketConnector.Capture.Tests;

/// <summary>Debian's tshark, which reads what was captured.</summary>
internal static class Tshark
{
    private static readonly string? _program = new[] { "/usr/bin/tshark", "/usr/local/bin/tshark" }.FirstOrDefault(File.Exists);

    /// <summary>What it prints of a file; anything on standard error but that it is root fails the test.</summary>
    public static async Task<string> ReadAsync(string file, params string[] arguments)
    {
        Assert.SkipWhen(_program is null, "tshark is not installed");
        var start = new ProcessStartInfo(_program, ["-n", "-r", file, .. arguments]) { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false };
        using Process process = Process.Start(start)!;
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        Task<string> errors = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync().InTimeAsync(TimeSpan.FromSeconds(60), "tshark");
        string[] complaints = [.. (await errors).Split('\n').Where(static line => line.Length > 0 && !line.StartsWith("Running as user", StringComparison.Ordinal))];
        Assert.True(process.ExitCode == 0 && complaints.Length == 0, $"tshark {string.Join(' ', arguments)} ended with {process.ExitCode}: {string.Join('\n', complaints)}");
        return await output;
    }

    /// <summary>One line for each packet that <paramref name="filter"/> lets through, with these fields.</summary>
    public static Task<string[][]> FieldsAsync(string file, string filter, params string[] fields) => FieldsAsync(file, [], filter, fields);

    /// <inheritdoc cref="FieldsAsync(string, string, string[])"/>
    public static async Task<string[][]> FieldsAsync(string file, string[] arguments, string filter, params string[] fields)
    {
        string output = await ReadAsync(file, [.. arguments, "-Y", filter, "-T", "fields", .. fields.SelectMany(static field => (string[])["-e", field])]);
        return [.. output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(static line => line.Split('\t'))];
    }

    /// <summary>The bytes of one stream, first those of the client, as tshark follows it.</summary>
    public static async Task<(byte[] Client, byte[] Server)> FollowAsync(string file, int stream)
    {
        string output = await ReadAsync(file, "-q", "-z", string.Create(CultureInfo.InvariantCulture, $"follow,tcp,raw,{stream}"));
        string[] lines = [.. output.Split('\n').SkipWhile(static line => !line.StartsWith("Node 1", StringComparison.Ordinal)).Skip(1).TakeWhile(static line => !line.StartsWith('='))];
        return (Join(lines.Where(static line => !line.StartsWith('\t'))), Join(lines.Where(static line => line.StartsWith('\t'))));
    }

    /// <summary>
    /// What it finds wrong with a file: warnings of its expert, and segments that are lost, sent twice, or acknowledged twice. A reset is none,
    /// of which it warns as such.
    /// </summary>
    /// <param name="file">The file.</param>
    /// <param name="arguments">More for tshark.</param>
    public static async Task<string[]> WarningsAsync(string file, params string[] arguments) =>
        [.. (await ReadAsync(file, [.. arguments, "-o", "tcp.check_checksum:TRUE", "-o", "ip.check_checksum:TRUE", "-Y", "(_ws.expert.severity >= 6291456 && !tcp.connection.rst) || tcp.analysis.flags", "-T", "fields", "-e", "frame.number", "-e", "_ws.expert.message"]))
            .Split('\n', StringSplitOptions.RemoveEmptyEntries)];

    private static byte[] Join(IEnumerable<string> hexadecimal) => Convert.FromHexString(string.Concat(hexadecimal.Select(static line => line.Trim())));
}
