using Microsoft.AspNetCore.Http;

namespace SocketConnector.Admin.Http;

/// <summary>All routes.</summary>
internal sealed class RouteTable(IEnumerable<Route> routes)
{
    public IReadOnlyList<Route> Routes { get; } = [.. routes];

    /// <summary>The route of a request.</summary>
    /// <exception cref="ProblemException">There is nothing, or nothing that takes the method.</exception>
    public (Route Route, string? Id) Find(HttpContext context)
    {
        string path = context.Request.Path.Value ?? "";
        List<string> methods = [];
        foreach (Route route in Routes)
        {
            if (!route.Matches(path, out string? id))
            {
                continue;
            }

            if (route.Takes(context.Request.Method))
            {
                return (route, id);
            }

            methods.Add(route.Method);
        }

        if (methods.Count == 0)
        {
            throw ProblemException.NotFound("there is nothing at this path; /openapi.json tells what there is");
        }

        context.Response.Headers.Allow = string.Join(", ", methods);
        throw new ProblemException(StatusCodes.Status405MethodNotAllowed, $"this path takes {string.Join(", ", methods)}");
    }
}
