using System.Globalization;
using FsCheck;
using FsCheck.Fluent;
using Microsoft.FSharp.Core;

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
    /// <summary>What holds for everything that a generator makes.</summary>
    public static Task CheckAsync<T>(Gen<T> generator, int cases, Action<T> body) => CheckAsync(cases, Prop.ForAll(generator.ToArbitrary(), body));

    public static Task CheckAsync<T>(Gen<T> generator, int cases, Func<T, Task> body) => CheckAsync(generator.ToArbitrary(), cases, body);

    public static Task CheckAsync<T>(Arbitrary<T> values, int cases, Func<T, Task> body) => CheckAsync(cases, Prop.ForAll(values, body));

    private static Task CheckAsync(int cases, Property property) => RunAsync(seed => Task.Run(() => Check.One(
        Config.QuickThrowOnFailure
            .WithMaxTest(cases)
            .WithReplay(FSharpOption<Replay>.Some(new Replay(new Rnd((ulong)seed), FSharpOption<int>.None)))
            .WithQuietOnSuccess(true),
        property)));
}
