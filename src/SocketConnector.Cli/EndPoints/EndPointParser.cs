using System.Net;
using SocketConnector.Cli.Values;

namespace SocketConnector.Cli.EndPoints;

/// <summary>Reads an end point, <c>[scheme:]address[,option[=value]]…</c>, or several behind <c>also=</c>, into the options of its side.</summary>
internal static class EndPointParser
{
    public static Parsed<ListenOptions> Listen(string text)
    {
        Parsed<WrittenEndPoint> written = WrittenEndPoint.Of(text);
        if (written.Value is not { } parts)
        {
            return new Wrong(written.Error!);
        }

        Parsed<ListenOptions> listening = ListenOn(parts);
        if (listening.Value is { } addresses)
        {
            listening = ListenOptionTable.Table.Apply(addresses, parts.Options);
        }

        return listening.Value is { } options && parts.Tls is { } tls
            ? TlsOptionTable.Table.Apply(new TlsSettings(), tls).Next(settings => settings.ToListening()).Then(settled => options with { Tls = settled })
            : listening;
    }

    public static Parsed<ConnectOptions> Connect(string text)
    {
        Parsed<WrittenEndPoint> written = WrittenEndPoint.Of(text);
        if (written.Value is not { } parts)
        {
            return new Wrong(written.Error!);
        }

        Parsed<EndPoint> endPoint = ConnectOptionTable.Addresses.Parse(parts.Address);
        if (endPoint.Value is not { } target)
        {
            return new Wrong(endPoint.Error!);
        }

        Parsed<ConnectOptions> connecting = ConnectOptionTable.Table.Apply(new ConnectOptions(target), parts.Options);
        return connecting.Value is { } options && parts.Tls is { } tls
            ? TlsOptionTable.Table.Apply(new TlsSettings(), tls).Next(settings => settings.ToConnecting()).Then(settled => options with { Tls = settled })
            : connecting;
    }

    /// <summary>All addresses, before the options, which are for each of them wherever they stand.</summary>
    private static Parsed<ListenOptions> ListenOn(WrittenEndPoint parts)
    {
        IEnumerable<string> further = parts.Options.Select(OptionTable<ListenOptions>.Split)
            .Where(option => option.Name == ListenOptionTable.Also)
            .Select(option => option.Value ?? "");
        var endPoints = new List<EndPoint>();
        foreach (string address in further.Prepend(parts.Address))
        {
            Parsed<EndPoint> endPoint = ListenOptionTable.Addresses.Parse(address);
            if (endPoint.Error is not null)
            {
                return new Wrong(endPoints.Count == 0 ? endPoint.Error : $"{ListenOptionTable.Also}={address}: {endPoint.Error}");
            }

            endPoints.Add(endPoint.Value!);
        }

        try
        {
            return new ListenOptions(endPoints);
        }
        catch (ArgumentException error)
        {
            // Each is right by itself, and they are not together. What follows names a parameter, which no user knows.
            return new Wrong(error.Message.Split(" (Parameter ")[0]);
        }
    }
}
