using System.CommandLine;
using SocketConnector.Cli.Values;

namespace SocketConnector.Cli.CommandLine;

/// <summary>How long peers may take to be admitted and to find a partner, and how long connections may last.</summary>
internal sealed class TimeFlags
{
    private static readonly ConnectorOptions _defaults = new();

    public Option<TimeSpan> AdmissionTimeout { get; } = Of("--admission-timeout", "give up a peer not admitted in TIME [30s]", _defaults.AdmissionTimeout);

    public Option<TimeSpan> PendingTimeout { get; } = Of("--pending-timeout", "reset a peer without a partner for TIME [none]", _defaults.PendingTimeout);

    public Option<TimeSpan> IdleTimeout { get; } = Of("--idle-timeout", "reset what has moved no byte for TIME [none]", _defaults.IdleTimeout);

    public Option<TimeSpan> MaxLifetime { get; } = Of("--max-lifetime", "reset a connection after TIME, busy or not [none]", _defaults.MaxLifetime);

    public IReadOnlyList<Option> All => [AdmissionTimeout, PendingTimeout, IdleTimeout, MaxLifetime];

    public ConnectorOptions Apply(ParseResult line, ConnectorOptions options) => options with
    {
        AdmissionTimeout = line.GetValue(AdmissionTimeout),
        PendingTimeout = line.GetValue(PendingTimeout),
        IdleTimeout = line.GetValue(IdleTimeout),
        MaxLifetime = line.GetValue(MaxLifetime),
    };

    private static Option<TimeSpan> Of(string name, string description, TimeSpan standard) => Flags.Valued(name, "TIME", description, DurationParser.Parse, standard);
}
