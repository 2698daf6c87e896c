using Microsoft.AspNetCore.Http;
using SocketConnector.Admin.Access;
using SocketConnector.Admin.Http;

namespace SocketConnector.Admin.Resources;

/// <summary>Logs a browser in and out.</summary>
internal sealed class Login(AccessControl access)
{
    private const string Form = "application/x-www-form-urlencoded";

    public IEnumerable<Route> Routes() =>
    [
        new("POST", "/login", LogInAsync) { Needs = Grade.None },
        new("POST", "/logout", LogOutAsync) { Needs = Grade.None },
    ];

    private async Task LogInAsync(Call call)
    {
        HttpRequest request = call.Context.Request;
        if (request.ContentType?.StartsWith(Form, StringComparison.OrdinalIgnoreCase) != true)
        {
            throw new ProblemException(StatusCodes.Status415UnsupportedMediaType, $"the body must be token=TOKEN, as {Form}");
        }

        await access.LogInAsync(call.Context, await ReadTokenAsync(call.Context).ConfigureAwait(false)).ConfigureAwait(false);
        call.Context.Response.StatusCode = StatusCodes.Status204NoContent;
    }

    private static async Task<string> ReadTokenAsync(HttpContext context)
    {
        try
        {
            IFormCollection form = await context.Request.ReadFormAsync(context.RequestAborted).ConfigureAwait(false);
            return form["token"].ToString();
        }
        catch (Exception error) when (error is InvalidDataException or InvalidOperationException)
        {
            throw new ProblemException(StatusCodes.Status400BadRequest, $"the body must be token=TOKEN, as {Form}");
        }
    }

    private Task LogOutAsync(Call call)
    {
        access.LogOut(call.Context);
        call.Context.Response.StatusCode = StatusCodes.Status204NoContent;
        return Task.CompletedTask;
    }
}
