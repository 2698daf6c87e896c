using Microsoft.CodeAnalysis.CSharp;

namespace SocketConnector.Tests.Architecture;

/// <summary>Each folder is a stage on the path of a stream and knows only the stages before it. Folders of one rank are blind to each other.</summary>
public sealed class FolderRankTests
{
    // Lowest first, a subfolder with its path; the empty name is the root of the project.
    private static readonly string[][] _library =
    [
        ["Contracts"], ["Diagnostics", "Timing"], ["Loops"], ["Sockets"], ["Transports"], ["Admission"], ["Access", "Authentication", "Limits", "Proxy", "Tls"], ["Transforms"], ["Pacing", "Taps"], ["Pumping"], ["Engine"],
        ["Matching", "Joining"], ["Relaying"], [""],
    ];
    private static readonly string[][] _rendezvous = [["Wire"], ["Sessions"], ["EndToEnd", "Tickets"], ["Relay", "Ends"], [""]];

    // Options and values that users see stand at the root. One that a folder uses has the rank of that folder, or of the lowest.
    private static readonly Dictionary<string, string> _filesOfRendezvous = new(StringComparer.Ordinal)
    {
        ["BoundedWrite.cs"] = "Wire",
        ["ClockGuard.cs"] = "Wire",
        ["EndToEndMode.cs"] = "Wire",
        ["GuardedLog.cs"] = "Wire",
        ["Require.cs"] = "Wire",
        ["RelayOptions.cs"] = "Relay",
        ["RendezvousEndPoint.cs"] = "Ends",
        ["SessionSecret.cs"] = "Ends",
    };

    private static readonly string[][] _capture = [["Packets", "Pcapng"], ["Output"], [""]];

    // At the root for the user, and of the rank that uses them.
    private static readonly Dictionary<string, string> _filesOfCapture = new(StringComparer.Ordinal)
    {
        ["CaptureOptions.cs"] = "Output",
        ["CaptureRedaction.cs"] = "Output",
        ["CaptureView.cs"] = "Output",
    };

    private static readonly string[][] _admin = [["Access", "Listening", "Metrics"], ["Registry"], ["Listing"], ["Views"], ["Events"], ["Http"], ["Resources"], [""]];

    // One file for all messages.
    private static readonly Dictionary<string, string> _filesOfAdmin = new(StringComparer.Ordinal) { ["AdminLog.cs"] = "Access" };

    private static readonly string[][] _program = [["Events", "Stdio", "Tables", "Telemetry"], ["Admin", "Capturing"], ["Running"], ["Values"], ["EndPoints"], ["Meeting", "Sharing", "Top"], ["CommandLine"], [""]];

    [Fact]
    public void The_library_uses_only_folders_of_lower_rank() => AssertRanks("src/SocketConnector", SourceModel.Library, _library);

    [Fact]
    public void The_rendezvous_uses_only_folders_of_lower_rank() => AssertRanks("src/SocketConnector.Rendezvous", SourceModel.Rendezvous, _rendezvous, _filesOfRendezvous);

    [Fact]
    public void The_capture_uses_only_folders_of_lower_rank() => AssertRanks("src/SocketConnector.Capture", SourceModel.Capture, _capture, _filesOfCapture);

    [Fact]
    public void The_admin_channel_uses_only_folders_of_lower_rank() => AssertRanks("src/SocketConnector.Admin", SourceModel.Admin, _admin, _filesOfAdmin);

    [Fact]
    public void The_program_uses_only_folders_of_lower_rank() => AssertRanks("src/SocketConnector.Cli", SourceModel.Program, _program);

    [Fact]
    public void Above_the_engine_nothing_knows_of_loops_and_descriptors()
    {
        string[] above = ["Matching", "Joining", "Relaying", ""];
        SymbolUse[] wrong = [.. SourceModel.UsesIn(SourceModel.Library).Where(use =>
            above.Contains(Folder("src/SocketConnector", use.From), StringComparer.Ordinal) && Folder("src/SocketConnector", use.To) == "Loops")];
        Assert.True(wrong.Length == 0, $"these belong below: {string.Join('\n', wrong.Select(use => use.ToString()).Order(StringComparer.Ordinal))}");
    }

    [Theory]
    [InlineData("Admission/Tls/Stage.cs", "Admission/Tls/Other.cs", true)]
    [InlineData("Admission/Tls/Stage.cs", "Admission/Context.cs", true)]
    [InlineData("Admission/Tls/Stage.cs", "Admission/Limits/Stage.cs", false)]
    [InlineData("Admission/Context.cs", "Admission/Tls/Stage.cs", false)]
    [InlineData("Root.cs", "Admission/Tls/Stage.cs", true)]
    [InlineData("Admission/Context.cs", "Root.cs", false)]
    public void Subfolders_have_ranks_of_their_own_and_equal_ranks_are_blind(string from, string to, bool isAllowed) =>
        Assert.Equal(isAllowed, IsAllowed([["Admission"], ["Admission/Limits", "Admission/Tls"], [""]], Folder("", from), Folder("", to)));

    private static void AssertRanks(string project, CSharpCompilation compilation, string[][] ranks, Dictionary<string, string>? files = null)
    {
        string[] folders = [.. Repository.Files(project, "*.cs").Select(file => Folder(project, file)).Distinct(StringComparer.Ordinal)];
        string[] unknown = [.. folders.Except(ranks.SelectMany(rank => rank), StringComparer.Ordinal)];
        Assert.True(unknown.Length == 0, $"{project} has folders without a rank; give them one here: {string.Join(", ", unknown)}");
        Assert.All(files?.Keys ?? Enumerable.Empty<string>(), file => Assert.True(File.Exists(Repository.Absolute($"{project}/{file}")), $"{file} is gone; remove it here"));

        SymbolUse[] uses = [.. SourceModel.UsesIn(compilation)];
        Assert.NotEmpty(uses);
        SymbolUse[] wrong = [.. uses
            .Where(use => use.To.StartsWith(project + "/", StringComparison.Ordinal))
            .Where(use => !IsAllowed(ranks, Place(use.From), Place(use.To)))];
        Assert.True(
            wrong.Length == 0,
            $"a file may use only its own folder and those of lower rank ({string.Join(" < ", ranks.Select(rank => string.Join(" | ", rank)))}):\n{string.Join('\n', wrong.Select(use => use.ToString()).Order(StringComparer.Ordinal))}");

        string Place(string file) => files?.GetValueOrDefault(file[(project.Length + 1)..]) ?? Folder(project, file);
    }

    private static bool IsAllowed(string[][] ranks, string from, string to) => from == to || Rank(ranks, to) < Rank(ranks, from);

    private static int Rank(string[][] ranks, string folder) => Array.FindIndex(ranks, rank => rank.Contains(folder, StringComparer.Ordinal));

    private static string Folder(string project, string file)
    {
        string inside = project.Length == 0 ? file : file[(project.Length + 1)..];
        return Path.GetDirectoryName(inside)!.Replace('\\', '/');
    }
}
