using System.Globalization;
using System.Net;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;
using SocketConnector.Admin.Access;

namespace SocketConnector.Admin.Http;

/// <summary>Tells what a caller may do: on a Unix socket everything, since only its owner can open the file; over TCP what its token lets.</summary>
internal sealed class AccessControl
{
    private const string Scheme = "Bearer ";

    private readonly TokenCheck? _tokens;
    private readonly LoginSessions _sessions;
    private readonly WrongTokens _wrong;

    /// <param name="endPoint">What the server listens on.</param>
    /// <param name="tokens">None on a Unix socket.</param>
    /// <param name="sessions">Of browsers that have shown one.</param>
    /// <param name="wrong">What a wrong one costs.</param>
    public AccessControl(EndPoint endPoint, TokenCheck? tokens, LoginSessions sessions, WrongTokens wrong)
    {
        (_tokens, _sessions, _wrong) = (tokens, sessions, wrong);

        // A browser keeps no cookies apart by port, and several programs may have a page open.
        CookieName = string.Create(CultureInfo.InvariantCulture, $"socketconnector-admin-{(endPoint as IPEndPoint)?.Port ?? 0}");
    }

    public string CookieName { get; }

    /// <summary>Lets a request pass, or throws.</summary>
    /// <exception cref="ProblemException">There is no token, or a wrong one, or it does not let this.</exception>
    public async ValueTask RequireAsync(HttpContext context, Grade needed)
    {
        if (needed == Grade.None || _tokens is null)
        {
            return;
        }

        Grade grade;
        if (context.Request.Headers.Authorization.ToString() is { Length: > 0 } header)
        {
            grade = await CheckAsync(context, header.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase) ? header[Scheme.Length..].Trim() : "").ConfigureAwait(false);
        }
        else
        {
            grade = context.Request.Cookies[CookieName] is { } session ? _sessions.Of(session) : Grade.None;
        }

        if (grade == Grade.None)
        {
            throw Unauthorized(context, "this needs the token, as in 'Authorization: Bearer TOKEN', or a login on the page");
        }

        if (grade < needed)
        {
            throw new ProblemException(StatusCodes.Status403Forbidden, "the read-only token does not let this; use the other one");
        }
    }

    /// <summary>Logs a browser in.</summary>
    /// <exception cref="ProblemException">The token is wrong.</exception>
    public async ValueTask LogInAsync(HttpContext context, string token)
    {
        if (_tokens is not null)
        {
            SetCookie(context, _sessions.Begin(await CheckAsync(context, token).ConfigureAwait(false)), "");
        }
    }

    public void LogOut(HttpContext context)
    {
        if (context.Request.Cookies[CookieName] is { } session)
        {
            _sessions.End(session);
        }

        SetCookie(context, "", "; Max-Age=0");
    }

    private async ValueTask<Grade> CheckAsync(HttpContext context, string token)
    {
        Grade grade = _tokens!.Of(token);
        if (grade != Grade.None)
        {
            return grade;
        }

        // What its sender learns by leaving early is nothing, and its connection stays taken.
        await _wrong.WaitAsync($"{context.Connection.RemoteIpAddress}:{context.Connection.RemotePort}").ConfigureAwait(false);
        context.RequestAborted.ThrowIfCancellationRequested();
        throw Unauthorized(context, "the token is wrong; write the one that the connector was started with");
    }

    private static ProblemException Unauthorized(HttpContext context, string detail)
    {
        context.Response.Headers[HeaderNames.WWWAuthenticate] = "Bearer";
        return new ProblemException(StatusCodes.Status401Unauthorized, detail);
    }

    private void SetCookie(HttpContext context, string value, string more) =>
        context.Response.Headers.SetCookie = $"{CookieName}={value}; Path=/; HttpOnly; SameSite=Strict{more}";
}
