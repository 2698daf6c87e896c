using System.CommandLine;
using SocketConnector.Cli.Running;
using SocketConnector.Cli.Values;

namespace SocketConnector.Cli.CommandLine;

/// <summary>A command other than the four modes, with the text of its help page.</summary>
/// <param name="name">The command.</param>
/// <param name="description">What it does, in a line.</param>
/// <param name="story">What to know of it, in lines of 80 columns.</param>
/// <param name="example">One that works.</param>
internal abstract class ToolCommand(string name, string description, string story, string example) : Command(name, description)
{
    public string Story => story;

    public string Example => example;

    /// <summary>Whether it heeds the options of all commands.</summary>
    public virtual bool TakesFlags => true;

    /// <summary>Options of all commands that it heeds although it does not heed all of them, in lines of its help page.</summary>
    public virtual IEnumerable<string> FlagLines => [];

    /// <summary>What stands behind its name, as in <c>TARGET</c>.</summary>
    public string Takes => string.Join(' ', Arguments.Select(static argument => argument.Arity switch
    {
        { MinimumNumberOfValues: 0, MaximumNumberOfValues: > 1 } => $"[{argument.Name}...]",
        { MinimumNumberOfValues: 0 } => $"[{argument.Name}]",
        { MaximumNumberOfValues: > 1 } => $"{argument.Name}...",
        _ => argument.Name,
    }));

    /// <summary>Does what the line says, or tells in one line what is wrong with it.</summary>
    protected static Task<int> RunAsync<T>(Parsed<T> plan, Func<T, Task<int>> run)
        where T : class
    {
        if (plan.Value is { } known)
        {
            return run(known);
        }

        Notice.BeforeStart(plan.Error!);
        return Task.FromResult(EntryPoint.Wrong);
    }
}
