using SocketConnector.Cli.Tests.Processes;

namespace SocketConnector.Cli.Tests.Admin;

/// <summary>Which connector a command asks where none is named.</summary>
public sealed class ChannelChoiceTests : IDisposable
{
    private readonly DirectoryInfo _root = Directory.CreateTempSubdirectory("choice-");

    public void Dispose() => _root.Delete(recursive: true);

    [Fact]
    public async Task B133_The_only_one_that_runs_is_asked()
    {
        await using var admin = Running("1");
        await using ChildProcess list = Run("list", "--json");
        await list.ExpectExitAsync(0);
        Assert.Single(await list.ReadLinesToEndAsync());
    }

    [Fact]
    public async Task B133_Where_none_runs_a_line_says_what_to_do()
    {
        await using ChildProcess list = Run("list");
        await list.ExpectExitAsync(1);
        Assert.Equal(["socketconnector: there is no running connector that this user could ask; start one with --admin auto, or say where with --admin"], list.Errors);
    }

    [Fact]
    public async Task B133_Where_several_run_there_is_a_line_for_each()
    {
        await using var one = Running("1");
        await using var other = Running("2");
        await using ChildProcess list = Run("list");
        await list.ExpectExitAsync(2);
        Assert.Equal(
            [
                "socketconnector: 2 connectors run; say which one is meant:",
                $"socketconnector:   --admin unix:{PathOf("1")}  process 4711; db 127.0.0.1:9000",
                $"socketconnector:   --admin unix:{PathOf("2")}  process 4711; db 127.0.0.1:9000",
            ],
            list.Errors);
        await using ChildProcess chosen = Run("list", "--json", "--admin", $"unix:{PathOf("2")}");
        await chosen.ExpectExitAsync(0);
    }

    [Fact]
    public async Task B133_The_environment_may_name_one()
    {
        await using var one = Running("1");
        await using var other = Running("2");
        await using ChildProcess list = TheProgram.StartAfter($"export XDG_RUNTIME_DIR={_root.FullName} SOCKETCONNECTOR_ADMIN=unix:{PathOf("1")}", "list", "--json");
        await list.ExpectExitAsync(0);
        await using ChildProcess wrong = TheProgram.StartAfter("export SOCKETCONNECTOR_ADMIN=10.0.0.1:80", "list");
        await wrong.ExpectExitAsync(2);
        Assert.Equal(["socketconnector: SOCKETCONNECTOR_ADMIN: is for this machine alone; write auto, unix:PATH or 127.0.0.1:PORT,token=file:PATH"], wrong.Errors);
    }

    private FakeAdmin Running(string number)
    {
        FakeAdmin admin = FakeAdmin.OnUnixSocket().Answer("GET /v1/connectors", Answers.Connectors("db")).Answer("GET /v1/connections", Answers.Page(1, Answers.Connection(1)));
        _root.CreateSubdirectory("socketconnector");
        File.CreateSymbolicLink(PathOf(number), admin.Place["unix:".Length..]);
        return admin;
    }

    private string PathOf(string number) => Path.Combine(_root.FullName, "socketconnector", $"{number}.sock");

    private ChildProcess Run(params IEnumerable<string> arguments) => TheProgram.StartAfter($"export XDG_RUNTIME_DIR={_root.FullName}", arguments);
}
