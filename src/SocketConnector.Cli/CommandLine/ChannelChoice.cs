using SocketConnector.Cli.Admin;
using SocketConnector.Cli.Running;
using SocketConnector.Cli.Values;

namespace SocketConnector.Cli.CommandLine;

/// <summary>Which admin channel a command asks: the one on the line, the one of the environment, or the only one that there is.</summary>
internal static class ChannelChoice
{
    internal const string Variable = "SOCKETCONNECTOR_ADMIN";

    /// <summary>Says in lines of standard error why there is none.</summary>
    /// <returns>Where it is; or none, and the exit code.</returns>
    public static async Task<(AdminPlace? Place, int Code)> MakeAsync(AdminSettings? settings, CancellationToken cancellationToken)
    {
        Parsed<AdminPlace?> place = settings?.ToReach() ?? FromEnvironment();
        if (place.Error is { } error)
        {
            Notice.BeforeStart(error);
            return (null, EntryPoint.Wrong);
        }

        return place.Value is { } known ? (known, Runner.Stopped) : Choose(await AdminFinder.FindAsync(AutomaticPlace.OfProcess(), cancellationToken));
    }

    /// <summary>The one on the line or in the environment, if it answers; else all that there are.</summary>
    public static async Task<Parsed<IReadOnlyList<FoundChannel>>> FindAsync(AdminSettings? settings, CancellationToken cancellationToken)
    {
        Parsed<AdminPlace?> place = settings?.ToReach() ?? FromEnvironment();
        return place.Error is { } error ? new Wrong(error)
            : new Parsed<IReadOnlyList<FoundChannel>>(
                place.Value is not { } known ? await AdminFinder.FindAsync(AutomaticPlace.OfProcess(), cancellationToken)
                : await AdminFinder.AskAsync(known, cancellationToken) is { } found ? [found]
                : [],
                null);
    }

    /// <summary>Whether it is said where, on the line or in the environment; else it is looked for.</summary>
    public static bool IsNamed(AdminSettings? settings) => settings is not null
        ? settings.EndPoint is not null
        : Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } written && AdminOptionTable.Parse(written).Value?.EndPoint is not null;

    private static Parsed<AdminPlace?> FromEnvironment()
    {
        if (Environment.GetEnvironmentVariable(Variable) is not { Length: > 0 } written)
        {
            return new Parsed<AdminPlace?>(null, null);
        }

        Parsed<AdminPlace?> place = AdminOptionTable.Parse(written).Next(static settings => settings.ToReach());
        return place.Error is { } error ? new Wrong($"{Variable}: {error}") : place;
    }

    private static (AdminPlace? Place, int Code) Choose(IReadOnlyList<FoundChannel> found)
    {
        switch (found)
        {
            case [{ Place: var only }]:
                return (only, Runner.Stopped);
            case []:
                Notice.BeforeStart("there is no running connector that this user could ask; start one with --admin auto, or say where with --admin");
                return (null, Runner.Failed);
            default:
                Notice.BeforeStart($"{found.Count} connectors run; say which one is meant:");
                foreach (FoundChannel each in found)
                {
                    Notice.BeforeStart($"  --admin {each.Place.Text}  {Describe(each.Connectors)}");
                }

                return (null, EntryPoint.Wrong);
        }
    }

    private static string Describe(ConnectorList list) => string.Join(
        "; ",
        list.Connectors.Select(static connector => string.Join(' ', ((string?[])[connector.Name, .. connector.ListensA, .. connector.ListensB]).OfType<string>())).Prepend($"process {list.Program?.ProcessId}"));
}
