using SocketConnector.Cli.Admin;

namespace SocketConnector.Cli.Tests.Admin;

/// <summary>Where <c>--admin auto</c> is.</summary>
public sealed class AutomaticPlaceTests
{
    [Theory]
    [InlineData("/run/relay", "/run/user/1000", 1000, "/run/relay/admin.sock")]
    [InlineData("/run/relay:/run/other", null, 0, "/run/relay/admin.sock")]
    [InlineData(null, "/run/user/1000", 1000, "/run/user/1000/socketconnector/77.sock")]
    [InlineData(null, "/run/user/0", 0, "/run/user/0/socketconnector/77.sock")]
    [InlineData(null, null, 0, "/run/socketconnector/77.sock")]
    [InlineData(null, null, 1000, "/tmp/socketconnector-1000/77.sock")]
    [InlineData("", "", 1000, "/tmp/socketconnector-1000/77.sock")]
    [InlineData("relative", "relative", 1000, "/tmp/socketconnector-1000/77.sock")]
    public void B133_It_is_in_the_first_folder_that_the_surroundings_name(string? service, string? user, int number, string expected)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "other separators");
        Assert.Equal(expected, new AutomaticPlace(service, user, (uint)number, "/tmp").PathOf(77));
    }

    [Fact]
    public void B133_Clients_look_wherever_one_of_this_user_may_be()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "other separators");
        Assert.Equal(
            [("/run/relay", "admin.sock"), ("/run/user/0/socketconnector", "*.sock"), ("/run/socketconnector", "*.sock"), ("/tmp/socketconnector-0", "*.sock")],
            new AutomaticPlace("/run/relay", "/run/user/0", 0, "/tmp").Searched);
        Assert.Equal([("/tmp/socketconnector-1000", "*.sock")], new AutomaticPlace(null, null, 1000, "/tmp").Searched);
    }

    [Fact]
    public async Task B133_Of_the_sockets_there_those_that_answer_are_found()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "other permissions");
        DirectoryInfo root = Directory.CreateTempSubdirectory("find-");
        try
        {
            await using var answers = FakeAdmin.OnUnixSocket();
            answers.Answer("GET /v1/connectors", Answers.Connectors());
            DirectoryInfo folder = root.CreateSubdirectory("socketconnector");
            File.CreateSymbolicLink(Path.Combine(folder.FullName, "1.sock"), answers.Place["unix:".Length..]);
            await File.WriteAllTextAsync(Path.Combine(folder.FullName, "2.sock"), "no socket", TestContext.Current.CancellationToken);

            IReadOnlyList<FoundChannel> found = await AdminFinder.FindAsync(new AutomaticPlace(null, root.FullName, 1000, root.FullName), TestContext.Current.CancellationToken);

            Assert.Equal(Path.Combine(folder.FullName, "1.sock"), Assert.Single(found).Place.EndPoint.ToString());
            Assert.Equal(4711, found[0].Connectors.Program!.ProcessId);
        }
        finally
        {
            root.Delete(recursive: true);
        }
    }

    [Fact]
    public void B133_The_folder_is_made_for_its_user_alone()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "other permissions");
        DirectoryInfo root = Directory.CreateTempSubdirectory("make-");
        try
        {
            string folder = Path.Combine(root.FullName, "socketconnector");
            AutomaticFolder.Make(folder);
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, Processes.Permissions.Of(folder));
            AutomaticFolder.Make(folder);
        }
        finally
        {
            root.Delete(recursive: true);
        }
    }

    [Fact]
    public void B133_A_folder_of_another_user_is_neither_listened_in_nor_looked_into()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "each user has a folder of their own");
        DirectoryInfo root = Directory.CreateTempSubdirectory("foreign-");
        try
        {
            Assert.True(UserNumber.OwnsFolder(root.FullName), "a folder of one's own");
            string foreign = Environment.IsPrivilegedProcess ? Given(root.CreateSubdirectory("given").FullName) : "/usr";
            Assert.False(UserNumber.OwnsFolder(foreign), foreign);
            Assert.Contains("does not belong to this user", Assert.Throws<IOException>(() => AutomaticFolder.Make(foreign)).Message, StringComparison.Ordinal);
        }
        finally
        {
            root.Delete(recursive: true);
        }

        static string Given(string path)
        {
            using var chown = System.Diagnostics.Process.Start("chown", ["65534", path]);
            chown.WaitForExit();
            return path;
        }
    }

    [Fact]
    public void B133_A_folder_that_another_could_have_prepared_is_refused()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "each user has a folder of their own");
        DirectoryInfo root = Directory.CreateTempSubdirectory("refuse-");
        try
        {
            string open = Path.Combine(root.FullName, "open"), link = Path.Combine(root.FullName, "link"), orphan = Path.Combine(root.FullName, "none", "orphan");
            Directory.CreateDirectory(open);
            Processes.Permissions.Set(open, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.OtherWrite);
            Directory.CreateSymbolicLink(link, root.FullName);

            Assert.Contains("other users may write to", Assert.Throws<IOException>(() => AutomaticFolder.Make(open)).Message, StringComparison.Ordinal);
            Assert.Contains("does not belong to this user", Assert.Throws<IOException>(() => AutomaticFolder.Make(link)).Message, StringComparison.Ordinal);
            Assert.Contains($"there is no '{Path.GetDirectoryName(orphan)}'", Assert.Throws<IOException>(() => AutomaticFolder.Make(orphan)).Message, StringComparison.Ordinal);
        }
        finally
        {
            root.Delete(recursive: true);
        }
    }
}
