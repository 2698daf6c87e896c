namespace SocketConnector.TestKit;

/// <summary>Which engine the tests of this process run on: an environment variable decides it, so that the same tests run on both.</summary>
public static class TestEngine
{
    public const string Variable = "SOCKETCONNECTOR_TEST_ENGINE";

    private const string Portable = "portable";
    private const string Linux = "linux";

    // Named as the library reads it.
    private const string PortableSwitch = "SocketConnector.PortableEngine";

    /// <summary>What a plain connection has: <see cref="RelayEngine.Linux"/> where the system has it, unless told otherwise.</summary>
    public static RelayEngine Plain => IsPortable || !OperatingSystem.IsLinux() ? RelayEngine.Portable : RelayEngine.Linux;

    private static bool IsPortable => Environment.GetEnvironmentVariable(Variable) switch
    {
        null or "" or Linux => false,
        Portable => true,
        string other => throw new InvalidOperationException($"{Variable}={other}: neither {Linux} nor {Portable}"),
    };

    /// <summary>To be called before the process has a connector; the first one starts the loops, or does without them for good.</summary>
    public static void Choose() => AppContext.SetSwitch(PortableSwitch, IsPortable);
}
