namespace SocketConnector.Cli.Running;

/// <summary>Where .NET looks for certificates of the user's own, which it must be able to name before it checks any.</summary>
internal static class HomeDirectory
{
    private const string Variable = "HOME";

    // What the runtime says where nobody knows one.
    private const string ForNone = "/";

    /// <summary>Names one that does not exist where this user has none, as a service's user that exists only while it runs (systemd.exec(5), DynamicUser=).</summary>
    public static void Settle()
    {
        if (!OperatingSystem.IsWindows()
            && string.IsNullOrEmpty(Environment.GetEnvironmentVariable(Variable))
            && Environment.GetFolderPath(Environment.SpecialFolder.UserProfile, Environment.SpecialFolderOption.DoNotVerify) is ("" or ForNone))
        {
            Environment.SetEnvironmentVariable(Variable, "/nonexistent");
        }
    }
}
