namespace SocketConnector.Cli.Admin;

/// <summary>What connectors are called in lines and in JSON, as in those of the relay itself: by their name, or by their id where one of several has none.</summary>
internal sealed class ConnectorNames
{
    private readonly Dictionary<string, string?> _names = new(StringComparer.Ordinal);

    public static ConnectorNames Of(ConnectorList list)
    {
        var names = new ConnectorNames();
        names.Learn(list);
        return names;
    }

    public void Learn(ConnectorList list)
    {
        foreach (ConnectorInfo connector in list.Connectors)
        {
            _names[connector.Id] = connector.Name;
        }
    }

    /// <summary>One alone needs no name, unless it has one.</summary>
    public string? Of(string id) => _names.GetValueOrDefault(id) ?? (_names.Count > 1 ? id : null);
}
