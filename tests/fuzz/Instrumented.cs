using System.Runtime.InteropServices;
using System.Security.Cryptography;
using SharpFuzz;
using SharpFuzz.Common;

namespace SocketConnector.Fuzz;

/// <summary>What runs in a copy of this program whose assemblies of the product count their branches.</summary>
internal static unsafe class Instrumented
{
    private const int MapSize = 1 << 16;

    // Afterwards, what is done once is done, and most of it is compiled.
    private const int Rounds = 3;

    private static readonly string[] _assemblies = ["SocketConnector", "SocketConnector.Cli", "SocketConnector.ProxyProtocol", "SocketConnector.Rendezvous"];

    /// <summary>Copies this program and instruments the copy.</summary>
    /// <returns>The copy.</returns>
    public static string Make(string folder)
    {
        string source = Path.GetDirectoryName(typeof(Instrumented).Assembly.Location)!;
        Directory.CreateDirectory(folder);
        foreach (string file in Directory.EnumerateFiles(source).Where(file => Path.GetExtension(file) is ".dll" or ".json"))
        {
            File.Copy(file, Path.Combine(folder, Path.GetFileName(file)));
        }

        foreach (string assembly in _assemblies)
        {
            Fuzzer.Instrument(Path.Combine(folder, $"{assembly}.dll"), static _ => true, Options.Value);
        }

        return Path.Combine(folder, $"{typeof(Instrumented).Assembly.GetName().Name}.dll");
    }

    /// <summary>Takes inputs from afl-fuzz until that is gone.</summary>
    public static void Serve(Target target, string corpus)
    {
        Trace.SharedMem = (byte*)NativeMemory.AllocZeroed(MapSize);
        byte[][] known = [.. Directory.EnumerateFiles(corpus).Select(File.ReadAllBytes)];
        for (int round = 0; round < Rounds; round++)
        {
            foreach (byte[] input in known)
            {
                _ = Holds(target, input);
            }
        }

        // The first call is there to be forgotten. The second is given what it left, which is the first input or, where afl-fuzz was slower, nothing.
        using Stream inputs = Console.OpenStandardInput();
        byte[] room = new byte[Target.MaxLength + 1];
        bool hasBegun = false;
        Fuzzer.Run((Stream given) =>
        {
            if (hasBegun)
            {
                int length = given.ReadAtLeast(room, room.Length, throwOnEndOfStream: false);
                target.Check(room[..(length > 0 ? length : inputs.ReadAtLeast(room, room.Length, throwOnEndOfStream: false))]);
            }

            hasBegun = true;
        });
    }

    /// <summary>Adds to a corpus what takes branches that nothing in it takes; the shortest first.</summary>
    public static string Merge(Target target, string corpus, string found)
    {
        Trace.SharedMem = (byte*)NativeMemory.AllocZeroed(MapSize);
        string[] kept = [.. Directory.EnumerateFiles(corpus)];
        (string, byte[] Bytes)[] candidates = [.. Directory.EnumerateFiles(found).Select(file => (file, File.ReadAllBytes(file))).OrderBy(each => each.Item2.Length)];
        bool[] seen = new bool[MapSize];
        int added = 0;
        foreach (string file in kept)
        {
            _ = IsNew(target, File.ReadAllBytes(file), seen);
        }

        foreach (byte[] input in candidates.Select(each => each.Bytes).Where(input => IsNew(target, input, seen)))
        {
            File.WriteAllBytes(Path.Combine(corpus, Convert.ToHexStringLower(SHA256.HashData(input))[..12]), input);
            added++;
        }

        return $"{kept.Length} inputs and {added} new ones, out of {candidates.Length}";
    }

    /// <summary>What is done once alone is left out by a first go. How often a branch is taken counts for AFL, and would fill the corpus.</summary>
    private static bool IsNew(Target target, byte[] input, bool[] seen)
    {
        if (!Holds(target, input))
        {
            return false;
        }

        var map = new Span<byte>(Trace.SharedMem, MapSize);
        map.Clear();
        Trace.PrevLocation = 0;
        _ = Holds(target, input);
        bool isNew = false;
        for (int i = 0; i < MapSize; i++)
        {
            isNew |= map[i] > 0 && !seen[i];
            seen[i] |= map[i] > 0;
        }

        return isNew;
    }

    private static bool Holds(Target target, byte[] input)
    {
        try
        {
            target.Check(input);
            return true;
        }
        catch (Exception)
        {
            // Told where the corpus is replayed, and by afl-fuzz.
            return false;
        }
    }
}
