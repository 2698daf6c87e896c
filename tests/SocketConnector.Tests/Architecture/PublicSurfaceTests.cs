namespace SocketConnector.Tests.Architecture;

/// <summary>A change of what users see is a change of a text file that reviewers see.</summary>
public sealed class PublicSurfaceTests
{
    private const string Reviewed = "src/SocketConnector/PublicSurface.txt";
    private const string Accept = "SOCKETCONNECTOR_ACCEPT";

    [Fact]
    public void The_public_surface_is_the_reviewed_one()
    {
        IReadOnlyList<string> actual = PublicSurface.Of(SourceModel.Library);
        if (Environment.GetEnvironmentVariable(Accept) == "1")
        {
            File.WriteAllText(Repository.Absolute(Reviewed), string.Join('\n', actual) + "\n");
        }

        string[] reviewed = File.Exists(Repository.Absolute(Reviewed)) ? File.ReadAllLines(Repository.Absolute(Reviewed)) : [];
        IEnumerable<string> difference = reviewed.Except(actual, StringComparer.Ordinal).Select(line => $"- {line}")
            .Concat(actual.Except(reviewed, StringComparer.Ordinal).Select(line => $"+ {line}"));
        Assert.True(
            reviewed.SequenceEqual(actual, StringComparer.Ordinal),
            $"The public surface differs from {Reviewed}:\n{string.Join('\n', difference)}\nIf it should, run the tests once with {Accept}=1 and commit the file.");
    }
}
