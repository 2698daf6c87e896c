using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;
using SocketConnector.Admin.Access;

namespace SocketConnector.Admin.Http;

/// <summary>What becomes of a request, from its first check to its answer.</summary>
/// <param name="guard">Refuses what a page of another site asks for.</param>
/// <param name="access">Refuses who may not.</param>
/// <param name="routes">Answer.</param>
/// <param name="log">Told what fails, and what is changed.</param>
/// <param name="stopping">Ends the streams.</param>
internal sealed class RequestPipeline(OriginGuard guard, AccessControl access, RouteTable routes, ILogger log, CancellationToken stopping) : IHttpApplication<HttpContext>
{
    private const string Policy =
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

    public HttpContext CreateContext(IFeatureCollection contextFeatures) => new DefaultHttpContext(contextFeatures);

    public void DisposeContext(HttpContext context, Exception? exception)
    {
        // Nothing is held for it.
    }

    public async Task ProcessRequestAsync(HttpContext context)
    {
        SetHeaders(context.Response.Headers);
        try
        {
            await AnswerAsync(context).ConfigureAwait(false);
        }
        catch (ProblemException problem)
        {
            await FailAsync(context, problem.Status, problem.Message).ConfigureAwait(false);
        }
        catch (BadHttpRequestException error)
        {
            await FailAsync(context, error.StatusCode, error.Message).ConfigureAwait(false);
        }
        catch (Exception error) when (context.RequestAborted.IsCancellationRequested && error is OperationCanceledException or IOException)
        {
            // The caller has gone.
        }
        catch (OperationCanceledException)
        {
            // The server stops, or a stream's reader takes nothing any more.
            context.Abort();
        }
        catch (Exception error)
        {
            log.RequestFailed(context.Request.Method, context.Request.Path.Value ?? "", error.Message, error);
            await FailAsync(context, StatusCodes.Status500InternalServerError, "this is a fault of the program; its log tells more").ConfigureAwait(false);
        }
    }

    private static void SetHeaders(IHeaderDictionary headers)
    {
        headers.ContentSecurityPolicy = Policy;
        headers.XContentTypeOptions = "nosniff";
        headers["Referrer-Policy"] = "no-referrer";
        headers["Cross-Origin-Resource-Policy"] = "same-origin";
        headers.CacheControl = "no-store";
    }

    /// <summary>Where the answer has begun already, only its end can tell.</summary>
    private static Task FailAsync(HttpContext context, int status, string detail)
    {
        if (context.Response.HasStarted)
        {
            context.Abort();
            return Task.CompletedTask;
        }

        return Answer.ProblemAsync(context, status, detail);
    }

    private async Task AnswerAsync(HttpContext context)
    {
        HttpRequest request = context.Request;
        if (guard.Refuse(request.Host.Value ?? "", request.Headers.Origin, request.Headers["Sec-Fetch-Site"]) is { } refusal)
        {
            throw new ProblemException(StatusCodes.Status403Forbidden, refusal);
        }

        (Route route, string? id) = routes.Find(context);
        await access.RequireAsync(context, route.Needs).ConfigureAwait(false);
        var parameters = new Parameters(request.Query);
        parameters.Allow(route.Parameters);
        if (route.Needs == Grade.Full)
        {
            log.Changed(context.Connection.RemoteIpAddress?.ToString() ?? "the owner of the socket", request.Method, request.Path.Value ?? "");
        }

        using var ending = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, stopping);
        await route.RunAsync(new Call(context, id ?? "", parameters, ending.Token)).ConfigureAwait(false);
    }
}
