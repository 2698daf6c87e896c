using Microsoft.AspNetCore.Http;

namespace SocketConnector.Admin.Http;

/// <summary>The request cannot be served; the answer says why.</summary>
/// <param name="status">The status of the answer.</param>
/// <param name="detail">What is wrong and what to do, in one line.</param>
internal sealed class ProblemException(int status, string detail) : Exception(detail)
{
    public int Status => status;

    public static ProblemException BadParameter(string name, string expected) => new(StatusCodes.Status400BadRequest, $"{name}: {expected}");

    public static ProblemException NotFound(string what) => new(StatusCodes.Status404NotFound, what);
}
