using System.Net;
using SocketConnector.Cli.Values;

namespace SocketConnector.Cli.EndPoints;

/// <summary>Reads an end point, <c>[scheme:]address[,option[=value]]…</c>, or several behind <c>also=</c>, into the options of its side.</summary>
internal static class EndPointParser
{
    public static Parsed<ListenOptions> Listen(string text)
    {
        Parsed<IReadOnlyList<string>> split = QuotedParts.Split(text);
        if (split.Value is not { } parts)
        {
            return new Wrong(split.Error!);
        }

        Parsed<ListenOptions> listening = ListenOn(parts);
        return listening.Value is { } options ? ListenOptionTable.Table.Apply(options, parts.Skip(1)) : listening;
    }

    public static Parsed<ConnectOptions> Connect(string text)
    {
        Parsed<IReadOnlyList<string>> split = QuotedParts.Split(text);
        if (split.Value is not { } parts)
        {
            return new Wrong(split.Error!);
        }

        Parsed<EndPoint> endPoint = ConnectOptionTable.Addresses.Parse(parts[0]);
        return endPoint.Value is { } target ? ConnectOptionTable.Table.Apply(new ConnectOptions(target), parts.Skip(1)) : new Wrong(endPoint.Error!);
    }

    /// <summary>All addresses, before the options, which are for each of them wherever they stand.</summary>
    private static Parsed<ListenOptions> ListenOn(IReadOnlyList<string> parts)
    {
        IEnumerable<string> further = parts.Skip(1).Select(OptionTable<ListenOptions>.Split)
            .Where(option => option.Name == ListenOptionTable.Also)
            .Select(option => option.Value ?? "");
        var endPoints = new List<EndPoint>();
        foreach (string address in further.Prepend(parts[0]))
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
