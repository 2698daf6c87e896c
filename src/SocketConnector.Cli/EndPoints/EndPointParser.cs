using System.Net;
using SocketConnector.Cli.Stdio;
using SocketConnector.Cli.Values;
using SocketConnector.Diagnostics;

namespace SocketConnector.Cli.EndPoints;

/// <summary>Reads an end point, <c>[scheme:]address[,option[=value]]…</c>, or several behind <c>also=</c>, into the options of its side.</summary>
internal static class EndPointParser
{
    // What makes sense where there is no socket of one's own.
    private static readonly HashSet<string> _alsoOfVia = new(StringComparer.Ordinal) { AuthOption.Name, SideFlowOptions.Bandwidth, ListenOptionTable.AcceptLimit, LimitOptions.Max, DialOptions.Retry };

    public static Parsed<ListenOptions> Listen(string text) => ListenBy(ListenOptionTable.Addresses, text);

    /// <summary>As <see cref="Listen(string)"/>, but a port alone is one of the loopback.</summary>
    public static Parsed<ListenOptions> ListenLocally(string text) => ListenBy(ListenOptionTable.LocalAddresses, text);

    public static Parsed<ConnectOptions> Connect(string text) => WrittenEndPoint.Of(text).Next(written => written.Via is { } via
        ? ParseVia(written, via, ConnectOptionTable.Table, static session => new ConnectOptions(session))
        : Parse(written, ConnectOptionTable.Addresses, ConnectOptionTable.Table, static endPoints => new ConnectOptions(endPoints)).Next(options =>
            written.Tls is { } tls
                ? TlsOptionTable.Table.Apply(new TlsSettings(), tls).Next(settings => settings.ToConnecting()).Then(settled => options with { Tls = settled })
                : options));

    /// <summary>As <see cref="Listen(string)"/>, for one that was taken apart.</summary>
    public static Parsed<ListenOptions> Listen(WrittenEndPoint written) => ListenBy(ListenOptionTable.Addresses, written);

    private static Parsed<ListenOptions> ListenBy(AddressParser addresses, string text) => WrittenEndPoint.Of(text).Next(written => ListenBy(addresses, written));

    private static Parsed<ListenOptions> ListenBy(AddressParser addresses, WrittenEndPoint written) => written.Via is { } via
        ? ParseVia(written, via, ListenOptionTable.Table, static session => new ListenOptions(session))
        : Parse(written, addresses, ListenOptionTable.Table, static endPoints => new ListenOptions(endPoints)).Next(options =>
            written.Tls is { } tls
                ? TlsOptionTable.Table.Apply(new TlsSettings(), tls).Next(settings => settings.ToListening()).Then(settled => options with { Tls = settled })
                : options);

    private static Parsed<T> ParseVia<T>(WrittenEndPoint written, IReadOnlyList<string> via, OptionTable<T> table, Func<EndPoint, T> make)
        where T : SideOptions
    {
        string? other = written.Options.Select(static option => OptionTable<T>.Split(option).Name).FirstOrDefault(name => table.Has(name) && !_alsoOfVia.Contains(name));
        return other is not null
            ? new Wrong($"{other} is not for {ViaSettings.Scheme}, which takes {string.Join(", ", ViaOptionTable.Table.Options.Select(static option => option.Name))}; remove it")
            : ViaOptionTable.Parse(written.Address, via, needsSession: true).Next(settings => table.Apply(make(new UnreadVia(settings)), written.Options, ViaOptionTable.Table));
    }

    /// <summary>All addresses, before the options, which are for each of them wherever they stand.</summary>
    private static Parsed<T> Parse<T>(WrittenEndPoint written, AddressParser addresses, OptionTable<T> table, Func<IReadOnlyList<EndPoint>, T> make)
        where T : SideOptions
    {
        Parsed<IReadOnlyList<EndPoint>> endPoints = EndPoints(written, addresses);
        if (endPoints.Value is not { } all)
        {
            return new Wrong(endPoints.Error!);
        }

        if (all.Contains(StandardEndPoint.Instance) && WithStandard(all, written, table) is { } mistake)
        {
            return mistake;
        }

        try
        {
            return table.Apply(make(all), written.Options, written.Tls is null ? null : TlsOptionTable.Table);
        }
        catch (ArgumentException error)
        {
            // Each is right by itself, and they are not together.
            return new Wrong(ArgumentText.Of(error));
        }
    }

    /// <summary>Nearly all options are about sockets, or about several peers.</summary>
    private static Wrong? WithStandard<T>(IReadOnlyList<EndPoint> endPoints, WrittenEndPoint written, OptionTable<T> table)
        where T : SideOptions
    {
        if (endPoints.Count > 1)
        {
            return new Wrong($"{StandardEndPoint.Written} cannot be one of several addresses; write it alone");
        }

        string? other = written.Options.Select(static option => OptionTable<T>.Split(option).Name)
            .FirstOrDefault(name => name is not (AuthOption.Name or SideFlowOptions.Bandwidth) && table.Has(name));
        return other is null ? null : new Wrong($"{other} is not for {StandardEndPoint.Written}, which takes {AuthOption.Name} and {SideFlowOptions.Bandwidth}; remove it");
    }

    private static Parsed<IReadOnlyList<EndPoint>> EndPoints(WrittenEndPoint written, AddressParser addresses)
    {
        IEnumerable<string> further = written.Options.Select(OptionTable<SideOptions>.Split)
            .Where(option => option.Name == ListenOptionTable.Also)
            .Select(option => option.Value ?? "");
        var endPoints = new List<EndPoint>();
        foreach (string address in further.Prepend(written.Address))
        {
            // The scheme stands before the first address alone.
            bool isBehindScheme = written.Tls is not null && endPoints.Count == 0;
            Parsed<EndPoint> endPoint = (isBehindScheme ? addresses.Behind(TlsSettings.Scheme) : addresses).Parse(address);
            if (endPoint.Error is not null)
            {
                return new Wrong(endPoints.Count == 0 ? endPoint.Error : $"{ListenOptionTable.Also}={address}: {endPoint.Error}");
            }

            endPoints.Add(endPoint.Value!);
        }

        return endPoints;
    }
}
