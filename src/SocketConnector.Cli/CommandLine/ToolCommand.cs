using System.CommandLine;

namespace SocketConnector.Cli.CommandLine;

/// <summary>A command beside the four, with what its help page tells.</summary>
/// <param name="name">The command.</param>
/// <param name="description">What it does, in a line.</param>
/// <param name="story">What to know of it, in lines of 80 columns.</param>
/// <param name="example">One that works.</param>
internal abstract class ToolCommand(string name, string description, string story, string example) : Command(name, description)
{
    public string Story => story;

    public string Example => example;

    /// <summary>What stands behind its name, as in <c>TARGET</c>.</summary>
    public string Takes => string.Join(' ', Arguments.Select(static argument => argument.Arity.MinimumNumberOfValues == 0 ? $"[{argument.Name}]" : argument.Name));
}
