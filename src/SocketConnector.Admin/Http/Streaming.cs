using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;

namespace SocketConnector.Admin.Http;

/// <summary>Answers without an end of their own.</summary>
internal static class Streaming
{
    /// <summary>A reader may be as slow as it likes: what it does not take is dropped where it is made, and not kept.</summary>
    public static void BeginStream(this HttpContext context, string contentType)
    {
        context.Response.ContentType = contentType;
        if (context.Features.Get<IHttpMinResponseDataRateFeature>() is { } rate)
        {
            rate.MinDataRate = null;
        }
    }
}
