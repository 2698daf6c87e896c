using System.Globalization;
using FsCheck;
using FsCheck.Fluent;
using SocketConnector.TestKit;

namespace SocketConnector.Tests.Relaying;

/// <summary>What a peer does next.</summary>
internal enum Act
{
    Write,
    Pause,
    EndHalf,
    Reset,
}

/// <summary>One act: so many bytes written, so many milliseconds paused.</summary>
internal readonly record struct Step(Act Act, int Amount)
{
    public override string ToString() => Act is Act.Write or Act.Pause ? string.Create(CultureInfo.InvariantCulture, $"{Act}({Amount})") : Act.ToString();
}

/// <summary>What both sides of one connection do, each at its own pace. Both read all the while.</summary>
internal sealed record Script(Mode Mode, bool Transformed, IReadOnlyList<Step> A, IReadOnlyList<Step> B)
{
    private const int MaxBytes = 300_000;
    private const int MaxMilliseconds = 3;

    public static Arbitrary<Script> Arbitrary => Arb.From(
        from mode in Gen.Elements(Enum.GetValues<Mode>())
        from transformed in Gen.Frequency((3, Gen.Constant(false)), (1, Gen.Constant(true)))
        from a in Steps
        from b in Steps
        select new Script(mode, transformed, a, b),
        Shrink);

    private static Gen<IReadOnlyList<Step>> Steps =>
        from count in Gen.Choose(0, 6)
        from acts in Gen.ListOf(Gen.Frequency((3, Write), (2, Pause)), count)
        from end in End
        select (IReadOnlyList<Step>)[.. acts, .. end];

    private static Gen<Step> Write => Gen.Frequency((2, Gen.Choose(1, 100)), (1, Gen.Choose(1, MaxBytes))).Select(count => new Step(Act.Write, count));

    private static Gen<Step> Pause => Gen.Choose(0, MaxMilliseconds).Select(milliseconds => new Step(Act.Pause, milliseconds));

    /// <summary>Every stream ends: in order, by a reset, or in order and then by a reset.</summary>
    private static Gen<Step[]> End => Gen.Frequency(
        (5, Gen.Constant(new Step[] { new(Act.EndHalf, 0) })),
        (2, Gen.Constant(new Step[] { new(Act.Reset, 0) })),
        (1, Pause.Select(pause => new Step[] { new(Act.EndHalf, 0), pause, new(Act.Reset, 0) })));

    public IReadOnlyList<Step> this[Side side] => side == Side.A ? A : B;

    public bool Resets(Side side) => this[side].Any(step => step.Act == Act.Reset);

    public bool EndsHalf(Side side) => this[side].Any(step => step.Act == Act.EndHalf);

    public int Writes(Side side) => this[side].Where(step => step.Act == Act.Write).Sum(step => step.Amount);

    public override string ToString() => $"{Mode}{(Transformed ? " transformed" : "")}; A: {string.Join(' ', A)}; B: {string.Join(' ', B)}";

    /// <summary>Simpler scripts that may fail likewise: without a transformer, without one step, with less written.</summary>
    private static IEnumerable<Script> Shrink(Script script)
    {
        if (script.Transformed)
        {
            yield return script with { Transformed = false };
        }

        foreach (IReadOnlyList<Step> a in Simpler(script.A))
        {
            yield return script with { A = a };
        }

        foreach (IReadOnlyList<Step> b in Simpler(script.B))
        {
            yield return script with { B = b };
        }
    }

    private static IEnumerable<IReadOnlyList<Step>> Simpler(IReadOnlyList<Step> steps)
    {
        for (int i = 0; i < steps.Count; i++)
        {
            if (steps[i].Act is Act.Write or Act.Pause)
            {
                yield return [.. steps.Take(i), .. steps.Skip(i + 1)];
            }

            if (steps[i] is { Act: Act.Write, Amount: > 1 } write)
            {
                yield return [.. steps.Take(i), write with { Amount = write.Amount / 2 }, .. steps.Skip(i + 1)];
            }
        }
    }
}
