using System.Globalization;
using SocketConnector.Fuzz;

switch (args)
{
    case ["run", string name, string seconds]:
        Findings findings = await Campaign.RunAsync(Target.Of(name), TimeSpan.FromSeconds(int.Parse(seconds, CultureInfo.InvariantCulture)), CancellationToken.None);
        Console.WriteLine(findings);
        return findings.IsClean ? 0 : 1;

    case ["keep", string name]:
        return await Campaign.KeepAsync(Target.Of(name), CancellationToken.None);

    case ["replay", string name, .. string[] files]:
        foreach (string file in files)
        {
            Target.Of(name).Check(File.ReadAllBytes(file));
        }

        return 0;

    case ["list"]:
        Console.WriteLine(string.Join('\n', Target.All.Select(target => target.Name)));
        return 0;

    // The rest runs instrumented, and is started by the above.
    case ["serve", string name, string corpus]:
        Instrumented.Serve(Target.Of(name), corpus);
        return 0;

    case ["merge", string name, string corpus, string found]:
        Console.WriteLine($"{name}: {Instrumented.Merge(Target.Of(name), corpus, found)}");
        return 0;

    default:
        Console.Error.WriteLine("Usage: SocketConnector.Fuzz run TARGET SECONDS | keep TARGET | replay TARGET FILE... | list");
        return 2;
}
