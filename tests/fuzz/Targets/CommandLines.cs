using System.CommandLine;
using System.Text;
using SocketConnector.Cli.CommandLine;
using SocketConnector.Cli.Running;

namespace SocketConnector.Fuzz.Targets;

/// <summary>Whole command lines, with a zero between arguments, where no argument can have one.</summary>
internal static class CommandLines
{
    private const int Columns = 80;

    /// <summary>Behind what says that a secret follows, it must not be seen again.</summary>
    private const string Canary = "hunter2hunter2";

    private static readonly string[] _marks = ["auth=", "auth=hmac:", "auth=secret:", "auth=\"hmac:", "session=", "ticket="];

    public static void Check(byte[] bytes)
    {
        string[] arguments = Encoding.UTF8.GetString(bytes).Split('\0');
        if (arguments.Any(EndPoints.ReadsFiles))
        {
            return;
        }

        ParseResult line = EntryPoint.Parse(arguments);
        if (Mistake.IsIn(line))
        {
            string told = Mistake.Describe(line);
            Expect.OneLine(string.Join(' ', arguments), told);
            bool isSecret = arguments.Any(argument => _marks.Any(mark => argument.Contains(mark + Canary, StringComparison.OrdinalIgnoreCase)));
            Expect.That(!isSecret || !told.Contains(Canary, StringComparison.Ordinal), "a secret is told");
        }
        else if (line.CommandResult.Command is ModeCommand mode && line.Action == mode.Action)
        {
            Values(line, mode);
        }
        else if (line.CommandResult.Command is not ToolCommand tool || line.Action != tool.Action)
        {
            Page(line);
        }
    }

    /// <summary>All that a run would ask for, which begins with it.</summary>
    private static void Values(ParseResult line, ModeCommand mode)
    {
        foreach (Argument argument in mode.Arguments)
        {
            object? value = argument switch
            {
                Argument<ListenOptions> listen => line.GetValue(listen),
                Argument<ConnectOptions> connect => line.GetValue(connect),
                _ => null,
            };
            Expect.That(value is SideOptions, $"{argument.Name} is missing");
        }

        foreach (Option option in line.RootCommandResult.Command.Options)
        {
            object? value = option switch
            {
                Option<TimeSpan> time => line.GetValue(time),
                Option<int> number => line.GetValue(number),
                Option<bool> isSet => line.GetValue(isSet),
                Option<EventScope> scope => line.GetValue(scope),
                Option<EngineChoice> engine => line.GetValue(engine),
                Option<KeepAliveSetting> setting => line.GetValue(setting),
                _ => option,
            };
            Expect.That(value is not null, $"{option.Name} has no value");
        }
    }

    /// <summary>Help or the version.</summary>
    private static void Page(ParseResult line)
    {
        using StringWriter page = new(), fault = new();
        int code = line.Invoke(new InvocationConfiguration { ProcessTerminationTimeout = null, Output = page, Error = fault });
        Expect.Equal((0, ""), (code, fault.ToString()), "help");
        Expect.That(page.ToString() is { Length: > 0 } text && text.Split('\n').All(row => row.Length <= Columns), $"a page: {page}");
    }
}
