using System.Diagnostics;
using System.Net.NetworkInformation;

namespace SocketConnector.Bench.Measuring;

internal static class Listening
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(10);

    /// <summary>Waits until somebody listens on a port. It does not connect: that would already be a client.</summary>
    public static async Task OnAsync(int port, Process process)
    {
        long start = Stopwatch.GetTimestamp();
        while (IPGlobalProperties.GetIPGlobalProperties().GetActiveTcpListeners().All(endPoint => endPoint.Port != port))
        {
            if (process.HasExited || Stopwatch.GetElapsedTime(start) > _patience)
            {
                throw new InvalidOperationException($"nobody listens on port {port}");
            }

            await Task.Delay(20);
        }
    }
}
