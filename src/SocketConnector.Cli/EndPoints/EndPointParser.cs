using System.Net;
using SocketConnector.Cli.Values;

namespace SocketConnector.Cli.EndPoints;

/// <summary>Reads an end point, <c>[scheme:]address[,option[=value]]…</c>, or several behind <c>also=</c>, into the options of its side.</summary>
internal static class EndPointParser
{
    public static Parsed<ListenOptions> Listen(string text) =>
        Parse(text, ListenOptionTable.Addresses, ListenOptionTable.Table, static endPoints => new ListenOptions(endPoints));

    public static Parsed<ConnectOptions> Connect(string text) =>
        Parse(text, ConnectOptionTable.Addresses, ConnectOptionTable.Table, static endPoints => new ConnectOptions(endPoints));

    /// <summary>All addresses, before the options, which are for each of them wherever they stand.</summary>
    private static Parsed<T> Parse<T>(string text, AddressParser addresses, OptionTable<T> table, Func<IReadOnlyList<EndPoint>, T> make)
        where T : SideOptions
    {
        Parsed<IReadOnlyList<string>> split = QuotedParts.Split(text);
        if (split.Value is not { } parts)
        {
            return new Wrong(split.Error!);
        }

        Parsed<IReadOnlyList<EndPoint>> endPoints = EndPoints(parts, addresses);
        if (endPoints.Value is not { } all)
        {
            return new Wrong(endPoints.Error!);
        }

        try
        {
            return table.Apply(make(all), parts.Skip(1));
        }
        catch (ArgumentException error)
        {
            // Each is right by itself, and they are not together. What follows names a parameter, which no user knows.
            return new Wrong(error.Message.Split(" (Parameter ")[0]);
        }
    }

    private static Parsed<IReadOnlyList<EndPoint>> EndPoints(IReadOnlyList<string> parts, AddressParser addresses)
    {
        IEnumerable<string> further = parts.Skip(1).Select(OptionTable<SideOptions>.Split)
            .Where(option => option.Name == ListenOptionTable.Also)
            .Select(option => option.Value ?? "");
        var endPoints = new List<EndPoint>();
        foreach (string address in further.Prepend(parts[0]))
        {
            Parsed<EndPoint> endPoint = addresses.Parse(address);
            if (endPoint.Error is not null)
            {
                return new Wrong(endPoints.Count == 0 ? endPoint.Error : $"{ListenOptionTable.Also}={address}: {endPoint.Error}");
            }

            endPoints.Add(endPoint.Value!);
        }

        return endPoints;
    }
}
