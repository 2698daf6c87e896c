using System.Collections;

namespace SocketConnector.Diagnostics;

/// <summary>The scope of every message of a connector that has a name. Structured loggers find the name in it as a field.</summary>
internal sealed class NameScope(string name) : IReadOnlyList<KeyValuePair<string, object?>>
{
    public int Count => 1;

    public KeyValuePair<string, object?> this[int index] =>
        index == 0 ? new("ConnectorName", name) : throw new ArgumentOutOfRangeException(nameof(index));

    public IEnumerator<KeyValuePair<string, object?>> GetEnumerator()
    {
        yield return this[0];
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>As loggers for people show it, in the form that ASP.NET Core gives its own scopes.</summary>
    public override string ToString() => $"ConnectorName:{name}";
}
