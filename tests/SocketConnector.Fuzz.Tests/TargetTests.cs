namespace SocketConnector.Fuzz.Tests;

/// <summary>Each parser against its corpus, then against what AFL++ makes of it in some seconds.</summary>
public sealed class TargetTests
{
    private static readonly TimeSpan _time = TimeSpan.FromSeconds(4);

    public static TheoryData<string> Targets => [.. Target.All.Select(target => target.Name)];

    [Theory]
    [MemberData(nameof(Targets))]
    public void Its_corpus_holds(string name)
    {
        Target target = Target.Of(name);
        IReadOnlyList<string> files = Corpus.Files(target);
        Assert.NotEmpty(files);
        Assert.All(files, file => target.Check(File.ReadAllBytes(file)));
    }

    [Theory]
    [MemberData(nameof(Targets))]
    public async Task Some_seconds_of_AFL_find_nothing(string name)
    {
        if (!Campaign.IsPossible)
        {
            const string Reason = "afl-fuzz is not installed";
            Assert.SkipUnless(Environment.GetEnvironmentVariable("CI") == "true", Reason);
            Assert.Fail($"{Reason}, and CI=true asks for every test");
        }

        Findings findings = await Campaign.RunAsync(Target.Of(name), _time, TestContext.Current.CancellationToken);
        TestContext.Current.TestOutputHelper!.WriteLine(findings.ToString());
        Assert.True(findings.IsClean, findings.ToString());
    }
}
