using Microsoft.CodeAnalysis.CSharp;

namespace SocketConnector.Tests.Architecture;

/// <summary>Each folder is a stage on the path of a socket and knows only the stages before it.</summary>
public sealed class FolderRankTests
{
    // Lowest first; the empty name is the root of the project.
    private static readonly string[] _library = ["Contracts", "Diagnostics", "Loops", "Sockets", "Admission", "Transforms", "Pumping", "Engine", "Relaying", ""];
    private static readonly string[] _program = ["Events", "Running", "CommandLine", ""];

    [Fact]
    public void The_library_uses_only_folders_of_lower_rank() => AssertRanks("src/SocketConnector", SourceModel.Library, _library);

    [Fact]
    public void The_program_uses_only_folders_of_lower_rank() => AssertRanks("src/SocketConnector.Cli", SourceModel.Program, _program);

    private static void AssertRanks(string project, CSharpCompilation compilation, string[] ranks)
    {
        string[] folders = [.. Repository.Files(project, "*.cs").Select(file => Folder(project, file)).Distinct(StringComparer.Ordinal)];
        string[] unknown = [.. folders.Except(ranks, StringComparer.Ordinal)];
        Assert.True(unknown.Length == 0, $"{project} has folders without a rank; give them one here: {string.Join(", ", unknown)}");

        SymbolUse[] uses = [.. SourceModel.UsesIn(compilation)];
        Assert.NotEmpty(uses);
        SymbolUse[] upwards = [.. uses
            .Where(use => use.To.StartsWith(project + "/", StringComparison.Ordinal))
            .Where(use => Array.IndexOf(ranks, Folder(project, use.To)) > Array.IndexOf(ranks, Folder(project, use.From)))];
        Assert.True(upwards.Length == 0, $"a file may use only its own folder and those of lower rank ({string.Join(" < ", ranks)}):\n{string.Join('\n', upwards.Select(use => use.ToString()).Order(StringComparer.Ordinal))}");
    }

    private static string Folder(string project, string file)
    {
        string inside = file[(project.Length + 1)..];
        return inside.Contains('/', StringComparison.Ordinal) ? inside[..inside.IndexOf('/', StringComparison.Ordinal)] : "";
    }
}
