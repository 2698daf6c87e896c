using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;

namespace SocketConnector.Fuzz;

/// <summary>What must hold for every input.</summary>
internal static class Expect
{
    public static void That(bool holds, string what)
    {
        if (!holds)
        {
            throw new BrokenPromiseException(what);
        }
    }

    /// <summary>Nothing is written unless it is needed: it would take most of the time, and hide what the parser takes.</summary>
    public static void That(bool holds, [InterpolatedStringHandlerArgument(nameof(holds))] Reason what)
    {
        if (!holds)
        {
            throw new BrokenPromiseException(what.ToString());
        }
    }

    public static void Equal<T>(T expected, T actual, string what) => That(EqualityComparer<T>.Default.Equals(expected, actual), $"{what}: {actual} instead of {expected}");

    /// <summary>An answer of a parser as the user sees it.</summary>
    /// <param name="input">What was parsed.</param>
    /// <param name="answer">What is said to be wrong with it.</param>
    public static void OneLine(string input, string answer)
    {
        That(!string.IsNullOrWhiteSpace(answer), "an empty answer");
        That(answer.Length <= 1024 + (4 * input.Length), $"an answer of {answer.Length} characters to an input of {input.Length}");
        That(answer.Any(IsUnsafe) ? input.Any(IsUnsafe) : true, $"more than a line of text, of an input that was one: {answer}");
        string shown = LegibleText.Of(answer);
        That(!shown.Any(IsUnsafe), $"a control character is shown: {shown}");
        Equal(shown, LegibleText.Of(shown), "shown twice");
    }

    private static bool IsUnsafe(char letter) => char.GetUnicodeCategory(letter) is UnicodeCategory.Control or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator;
}

/// <summary>Why it does not hold.</summary>
[InterpolatedStringHandler]
internal readonly struct Reason
{
    private readonly StringBuilder? _text;

    public Reason(int literalLength, int formattedCount, bool holds, out bool isNeeded)
    {
        isNeeded = !holds;
        _text = isNeeded ? new StringBuilder(literalLength + (16 * formattedCount)) : null;
    }

    public void AppendLiteral(string text) => _text!.Append(text);

    public void AppendFormatted<T>(T value) => _text!.Append(CultureInfo.InvariantCulture, $"{value}");

    public override string ToString() => $"{_text}";
}

/// <summary>A property does not hold.</summary>
internal sealed class BrokenPromiseException(string message) : Exception(message);
