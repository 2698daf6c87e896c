using System.Globalization;

namespace SocketConnector.TestKit;

/// <summary>Random behaviour that can be had again: a failure tells its seed, and the environment variable takes one.</summary>
public static class Seeded
{
    public const string Variable = "SOCKETCONNECTOR_SEED";

    public static async Task RunAsync(Func<int, Task> body)
    {
        string? wanted = Environment.GetEnvironmentVariable(Variable);
        int seed = string.IsNullOrEmpty(wanted) ? Random.Shared.Next() : int.Parse(wanted, CultureInfo.InvariantCulture);
        try
        {
            await body(seed);
        }
        catch (Exception error)
        {
            throw new InvalidOperationException($"with seed {seed} (run it again with {Variable}={seed}): {error.Message}", error);
        }
    }
}
