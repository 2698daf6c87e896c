namespace SocketConnector.Cli.Running;

/// <summary>Where peers are joined first come, first served, whoever can reach both sides takes the place of one that was expected.</summary>
internal static class Strangers
{
    /// <returns>What to say at the start; nothing where somebody keeps them out.</returns>
    public static string? Warning(SideOptions sideA, SideOptions sideB) => (sideA, sideB) is (ListenOptions a, ListenOptions b) && IsOpen(a) && IsOpen(b)
        ? "warning: both sides listen beyond this machine, so a stranger may take the place of a peer; say who may connect with allow=NETWORKS or auth="
        : null;

    private static bool IsOpen(ListenOptions listen) => listen is { AuthVerifier: null, Allow: null } && !listen.EndPoints.All(LocalAddress.Is);
}
