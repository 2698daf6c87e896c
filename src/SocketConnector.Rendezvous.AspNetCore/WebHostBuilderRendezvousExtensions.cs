using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using SocketConnector.Rendezvous;
using SocketConnector.Rendezvous.AspNetCore;

namespace Microsoft.AspNetCore.Hosting;

/// <summary>Lets Kestrel listen in a session at a relay.</summary>
public static class WebHostBuilderRendezvousExtensions
{
    /// <summary>
    /// Adds a transport with which Kestrel listens on a <see cref="RendezvousEndPoint"/>, as in <c>kestrel.Listen(session)</c>. Other end points keep
    /// the transports that they have.
    /// </summary>
    /// <param name="hostBuilder">The host, which has Kestrel already.</param>
    /// <returns>The same <paramref name="hostBuilder"/>.</returns>
    /// <remarks>
    /// The application does not start where the relay cannot be reached or refuses: the start throws what
    /// <see cref="RendezvousEndPoint.ListenAsync"/> does. Kestrel has no half-close: a client that ends its sending half is taken for gone, and its request is aborted.
    /// </remarks>
    public static IWebHostBuilder UseRendezvous(this IWebHostBuilder hostBuilder)
    {
        ArgumentNullException.ThrowIfNull(hostBuilder);
        return hostBuilder.ConfigureServices(static services =>
            services.TryAddEnumerable(ServiceDescriptor.Singleton<IConnectionListenerFactory, RendezvousTransportFactory>()));
    }
}
