using System.Collections;
using System.Net;

namespace SocketConnector;

/// <summary>The end points that a side listens on or connects to, in the order given. Never changes, and equals another list of equal end points.</summary>
internal sealed class EndPointList : IReadOnlyList<EndPoint>, IEquatable<EndPointList>
{
    private readonly EndPoint[] _endPoints;

    private EndPointList(EndPoint[] endPoints) => _endPoints = endPoints;

    public int Count => _endPoints.Length;

    public EndPoint this[int index] => _endPoints[index];

    /// <param name="endPoints">Copied.</param>
    /// <param name="option">The name of the option, or of the parameter.</param>
    /// <exception cref="ArgumentException">There is none, one is missing, or two of them are one address.</exception>
    public static EndPointList Of(IReadOnlyList<EndPoint> endPoints, string option) => Of(endPoints, EndPointOverlap.Find, option);

    /// <summary>The same for what is connected to: an address that takes what comes to another is one like any other.</summary>
    /// <inheritdoc cref="Of(IReadOnlyList{EndPoint}, string)"/>
    public static EndPointList OfTargets(IReadOnlyList<EndPoint> endPoints, string option) => Of(endPoints, EndPointOverlap.FindSame, option);

    public IEnumerator<EndPoint> GetEnumerator() => ((IEnumerable<EndPoint>)_endPoints).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    public bool Equals(EndPointList? other) => other is not null && _endPoints.AsSpan().SequenceEqual(other._endPoints);

    public override bool Equals(object? obj) => Equals(obj as EndPointList);

    public override int GetHashCode()
    {
        var hash = new HashCode();
        foreach (EndPoint endPoint in _endPoints)
        {
            hash.Add(endPoint);
        }

        return hash.ToHashCode();
    }

    public override string ToString() => string.Join(", ", _endPoints.Select(EndPointText.Of));

    private static EndPointList Of(IReadOnlyList<EndPoint> endPoints, Func<IReadOnlyList<EndPoint>, string?> overlaps, string option)
    {
        EndPoint[] all = [.. Require.NotNull(endPoints, option)];
        if (all.Length == 0)
        {
            throw new ArgumentException($"{option} must have at least one end point.", option);
        }

        if (Array.Exists(all, endPoint => endPoint is null))
        {
            throw new ArgumentException($"{option} must have no end point that is null.", option);
        }

        return overlaps(all) is { } overlap
            ? throw new ArgumentException($"{overlap}; leave one of them out", option)
            : new EndPointList(all);
    }
}
