using System.CommandLine;
using System.CommandLine.Help;
using SocketConnector.Cli.Admin;
using SocketConnector.Cli.Running;
using SocketConnector.Cli.Values;
using SocketConnector.Diagnostics;

namespace SocketConnector.Cli.CommandLine;

/// <summary>A command that asks something of a connector that runs, through its admin channel.</summary>
internal abstract class AdminCommand : ToolCommand
{
    private readonly Flags _flags;

    protected AdminCommand(Flags flags, string name, string description, string story, string example)
        : base(name, description, story, example)
    {
        _flags = flags;
        SetAction(RunAsync);
    }

    public override bool TakesFlags => false;

    public override IEnumerable<string> FlagLines =>
    [
        .. TakesJson ? [OptionLine.Of("--json", "as JSON, one object per line")] : Array.Empty<string>(),
        OptionLine.Of("--admin WHERE", "which connector [the one that runs]; help admin"),
    ];

    /// <summary>Whether it has something to tell as JSON.</summary>
    protected virtual bool TakesJson => true;

    /// <returns>What does not go together on the line; nothing where all does.</returns>
    protected virtual string? Contradiction(ParseResult line) => null;

    /// <returns>The exit code.</returns>
    protected abstract Task<int> RunAsync(ParseResult line, AdminClient client, CancellationToken cancellationToken);

    /// <summary>Asks the one channel that the line says, or that there is.</summary>
    /// <returns>The exit code.</returns>
    protected virtual async Task<int> AskAsync(ParseResult line, CancellationToken cancellationToken)
    {
        (AdminPlace? place, int code) = await ChannelChoice.MakeAsync(line.GetValue(_flags.Admin), cancellationToken);
        if (place is null)
        {
            return code;
        }

        using var client = new AdminClient(place);
        return await RunAsync(line, client, cancellationToken);
    }

    /// <summary>All channels that this user may mean; those that do not answer are left out.</summary>
    protected Task<Parsed<IReadOnlyList<FoundChannel>>> FindAsync(ParseResult line, CancellationToken cancellationToken) => ChannelChoice.FindAsync(line.GetValue(_flags.Admin), cancellationToken);

    protected bool IsJson(ParseResult line) => line.GetValue(_flags.Json);

    /// <summary>Whether the channel was said, and not looked for.</summary>
    protected bool IsNamed(ParseResult line) => ChannelChoice.IsNamed(line.GetValue(_flags.Admin));

    protected void Add(params IEnumerable<Option> options)
    {
        foreach (Option option in options)
        {
            option.Recursive = false;
            Options.Add(option);
        }
    }

    private async Task<int> RunAsync(ParseResult line)
    {
        if ((Foreign(line) ?? Contradiction(line)) is { } mistake)
        {
            Notice.BeforeStart(mistake);
            return EntryPoint.Wrong;
        }

        using var interruption = new Interruption();
        try
        {
            return await AskAsync(line, interruption.Token);
        }
        catch (OperationCanceledException) when (interruption.Token.IsCancellationRequested)
        {
            return Runner.Stopped;
        }
        catch (AdminFailure failure)
        {
            Notice.BeforeStart(failure.Message);
            return Runner.Failed;
        }
        catch (IOException error) when (StandardStream.IsReaderGone(error))
        {
            return Runner.Stopped;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            Notice.BeforeStart($"the output cannot be written: {error.Message}");
            return Runner.Failed;
        }
    }

    /// <summary>The options of the commands that relay mean nothing here.</summary>
    private string? Foreign(ParseResult line) =>
        line.RootCommandResult.Command.Options.FirstOrDefault(flag =>
            flag is not (HelpOption or VersionOption) && flag != _flags.Admin && (flag != _flags.Json || !TakesJson) && Flags.IsGiven(line, flag)) is { } other
            ? $"{other.Name} is not for {Name}; remove it"
            : null;
}
