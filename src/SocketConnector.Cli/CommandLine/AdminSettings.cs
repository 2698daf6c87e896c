using System.Net;
using SocketConnector.Admin;
using SocketConnector.Cli.Admin;
using SocketConnector.Cli.Values;

namespace SocketConnector.Cli.CommandLine;

/// <summary>What <c>--admin</c> says; no secret of it has been read yet.</summary>
/// <param name="EndPoint">None for <c>auto</c>.</param>
internal sealed record AdminSettings(EndPoint? EndPoint)
{
    /// <summary>Where the token is.</summary>
    public string? Token { get; init; }

    /// <summary>Where the token is that lets look alone.</summary>
    public string? ReadOnlyToken { get; init; }

    /// <summary>What to warn of, for each file of a token that other users may read.</summary>
    public IEnumerable<string> Warnings => ((string?[])[Token, ReadOnlyToken]).OfType<string>().Select(SecretSource.Warning).OfType<string>();

    /// <summary>Where a connector of this process serves it.</summary>
    public Parsed<AdminPlace> ToServe()
    {
        if (EndPoint is not null)
        {
            return Read(EndPoint);
        }

        var place = AutomaticPlace.OfProcess();
        string path = place.PathOf(Environment.ProcessId);
        try
        {
            return AdminPlace.Unix(path) with { OwnFolder = place.Folder };
        }
        catch (ArgumentException)
        {
            return new Wrong($"--admin: the path '{path}' is too long for a Unix socket; write --admin unix:PATH");
        }
    }

    /// <summary>Where a client reaches it; <c>auto</c> has to be looked for.</summary>
    public Parsed<AdminPlace?> ToReach() => EndPoint switch
    {
        null => new Parsed<AdminPlace?>(null, null),
        IPEndPoint { Port: 0 } => new Wrong("--admin: the port is missing; write the one that the connector listens on"),
        _ when ReadOnlyToken is not null => new Wrong("--admin: read-token is for the connector; a client writes its token behind token="),
        _ => Read(EndPoint).Then(static place => (AdminPlace?)place),
    };

    private Parsed<AdminPlace> Read(EndPoint endPoint) => ReadToken(Token, AdminOptionTable.Token).Next(token =>
        ReadToken(ReadOnlyToken, AdminOptionTable.ReadOnlyToken).Next(readOnly => token is not null && token == readOnly
            ? new Wrong($"--admin: {AdminOptionTable.Token} and {AdminOptionTable.ReadOnlyToken} must not be the same")
            : (Parsed<AdminPlace>)new AdminPlace(endPoint) { Token = token, ReadOnlyToken = readOnly }));

    /// <summary>It goes into a header of HTTP, so it is made of letters, digits and signs.</summary>
    private static Parsed<string?> ReadToken(string? source, string name)
    {
        if (source is null)
        {
            return new Parsed<string?>(null, null);
        }

        Parsed<string> read = SecretSource.Read(source);
        return read.Error is { } error ? new Wrong($"--admin: {name}: {error}")
            : read.Value!.Trim() is { Length: >= AdminOptions.MinTokenLength } token && token.All(static letter => letter is > ' ' and <= '~') ? token
            : new Wrong($"--admin: {name}: it must be one word of at least {AdminOptions.MinTokenLength} ASCII letters, digits and signs; make one with openssl rand -hex 32");
    }
}
