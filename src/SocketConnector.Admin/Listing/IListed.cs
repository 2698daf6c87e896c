using System.Net;

namespace SocketConnector.Admin.Listing;

/// <summary>What a list of connections is filtered and sorted by. Read only where the query needs it.</summary>
internal interface IListed
{
    long Id { get; }

    DateTimeOffset JoinedAt { get; }

    /// <summary>Both ways together.</summary>
    long Bytes { get; }

    /// <summary>Bytes a second, both ways together.</summary>
    double Rate { get; }

    EndPoint? RemoteA { get; }

    EndPoint? RemoteB { get; }

    /// <summary>Of the peer on A, or else of that on B.</summary>
    string? Identity { get; }

    /// <summary>What the words of a filter are looked for in.</summary>
    IEnumerable<string> Texts();
}
