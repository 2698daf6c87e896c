using Microsoft.AspNetCore.Http;
using SocketConnector.Admin.Access;

namespace SocketConnector.Admin.Http;

/// <summary>One method on one path.</summary>
/// <param name="Method">GET, which answers HEAD as well, or POST.</param>
/// <param name="Template">The path; a segment in braces stands for any.</param>
/// <param name="RunAsync">Answers.</param>
internal sealed record Route(string Method, string Template, Func<Call, Task> RunAsync)
{
    private readonly string[] _segments = Template.Split('/');

    /// <summary>What the caller must be allowed.</summary>
    public Grade Needs { get; init; } = HttpMethods.IsGet(Method) ? Grade.ReadOnly : Grade.Full;

    /// <summary>The parameters of its query.</summary>
    public IReadOnlyCollection<string> Parameters { get; init; } = [];

    /// <summary>Whether the answer has no end of its own.</summary>
    public bool IsStream { get; init; }

    /// <summary>Whether a path fits, and what stands in the place of the segment in braces.</summary>
    public bool Matches(string path, out string? id)
    {
        id = null;
        string[] segments = path.Split('/');
        if (segments.Length != _segments.Length)
        {
            return false;
        }

        for (int i = 0; i < segments.Length; i++)
        {
            if (_segments[i].StartsWith('{') && segments[i].Length > 0)
            {
                id = segments[i];
            }
            else if (segments[i] != _segments[i])
            {
                return false;
            }
        }

        return true;
    }

    public bool Takes(string method) => HttpMethods.Equals(method, Method) || (HttpMethods.IsHead(method) && HttpMethods.IsGet(Method) && !IsStream);
}

/// <summary>A request on its way to its route.</summary>
/// <param name="Context">The request and the answer.</param>
/// <param name="Id">What stands in the place of the segment in braces; empty where the route has none.</param>
/// <param name="Parameters">Those of the query.</param>
/// <param name="Ending">Cancelled when the caller has gone, or the server stops: for streams.</param>
internal sealed record Call(HttpContext Context, string Id, Parameters Parameters, CancellationToken Ending);
