using System.Diagnostics.Metrics;
using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;

namespace SocketConnector.Admin;

/// <summary>Options of an <see cref="AdminServer"/>.</summary>
public sealed record AdminOptions
{
    /// <summary>The least length of a token, in characters: any local user can try to guess it. Use 32 random bytes in hex.</summary>
    public const int MinTokenLength = 16;

    /// <summary>
    /// Where to listen: a <see cref="UnixDomainSocketEndPoint"/>, whose file only this user may open (mode 0600), or a loopback
    /// <see cref="IPEndPoint"/>, which needs a <see cref="Token"/>; port 0 lets the system choose.
    /// </summary>
    /// <exception cref="ArgumentException">It is neither.</exception>
    public required EndPoint EndPoint
    {
        get;
        init => field = Private(value, nameof(EndPoint));
    }

    /// <summary>Lets its bearer do everything over TCP, where it is required. It has no meaning on a Unix socket, where it is refused.</summary>
    /// <exception cref="ArgumentException">Shorter than <see cref="MinTokenLength"/>.</exception>
    public string? Token { get; init => field = LongEnough(value, nameof(Token)); }

    /// <summary>Lets its bearer read, but neither change anything nor see what connections relay; <see langword="null"/>, the default, for no such token.</summary>
    /// <exception cref="ArgumentException">Shorter than <see cref="MinTokenLength"/>.</exception>
    public string? ReadOnlyToken { get; init => field = LongEnough(value, nameof(ReadOnlyToken)); }

    /// <summary>Where messages go, those of the web server included; <see langword="null"/>, the default, for nowhere.</summary>
    public ILoggerFactory? LoggerFactory { get; init; }

    /// <summary>Whose meter <c>SocketConnector</c> is told at <c>/metrics</c>; <see langword="null"/>, the default, for every meter of that name. What was measured before the start is not told.</summary>
    public IMeterFactory? MeterFactory { get; init; }

    /// <summary>The clock; the system's by default.</summary>
    /// <exception cref="ArgumentNullException">Null.</exception>
    public TimeProvider TimeProvider
    {
        get;
        init
        {
            ArgumentNullException.ThrowIfNull(value);
            field = value;
        }
    } = TimeProvider.System;

    /// <summary>Without the tokens: this ends up in logs.</summary>
    /// <returns>The text.</returns>
    public override string ToString() => $"{nameof(AdminOptions)} {{ {nameof(EndPoint)} = {EndPoint} }}";

    /// <param name="name">What the caller calls these options.</param>
    /// <exception cref="ArgumentException">The end point and the tokens do not fit.</exception>
    internal void Check(string name)
    {
        if (EndPoint is UnixDomainSocketEndPoint)
        {
            if ((Token ?? ReadOnlyToken) is not null)
            {
                throw new ArgumentException("a Unix socket takes no token: the mode of its file says who may open it", name);
            }
        }
        else if (Token is null)
        {
            throw new ArgumentException("a loopback address needs a token: every user of the machine can connect to it", name);
        }
        else if (Token == ReadOnlyToken)
        {
            throw new ArgumentException("the two tokens are the same", name);
        }
    }

    private static EndPoint Private(EndPoint endPoint, string name) => endPoint switch
    {
        null => throw new ArgumentNullException(name),
        UnixDomainSocketEndPoint when endPoint.ToString() is "" or ['@', ..] => throw new ArgumentException("a Unix socket must have a path: an abstract name has no permissions, so every user could connect", name),
        UnixDomainSocketEndPoint => endPoint,
        IPEndPoint { Address: var address } when IPAddress.IsLoopback(address) => endPoint,
        _ => throw new ArgumentException("must be a Unix socket or a loopback address: the admin channel is not encrypted", name),
    };

    private static string? LongEnough(string? token, string name) => token is { Length: < MinTokenLength }
        ? throw new ArgumentException($"must have at least {MinTokenLength} characters, so that nobody guesses it; make one with openssl rand -hex 32", name)
        : token;
}
