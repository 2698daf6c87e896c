namespace SocketConnector.Cli.Top;

/// <summary>What the bottom of the screen asks; keys answer it until it is gone.</summary>
/// <param name="Text">What is asked.</param>
internal abstract record TopPrompt(string Text)
{
    /// <summary>Yes or no.</summary>
    internal sealed record Question(string Text, TopAction Yes) : TopPrompt(Text)
    {
        /// <summary>Whether it has been on the screen.</summary>
        public bool IsSeen { get; init; }
    }

    /// <summary>A filter, one word or more.</summary>
    internal sealed record Filter(string Typed) : Line("Filter: ", Typed)
    {
        public override (TopState State, TopAction? Action) Accept(TopState state) => (state with { Filter = Typed.Trim(), Cursor = 0, First = 0, SelectedId = null }, null);
    }

    /// <summary>The file of a capture.</summary>
    internal sealed record CaptureFile(long Id, string Typed) : Line(FormattableString.Invariant($"Capture #{Id} to the file: "), Typed)
    {
        public override (TopState State, TopAction? Action) Accept(TopState state) => (state, Typed.Trim() is { Length: > 0 } file ? new TopAction.Capture(Id, file) : null);
    }

    /// <summary>A line to type.</summary>
    internal abstract record Line(string Text, string Typed) : TopPrompt(Text)
    {
        /// <summary>Enter was pressed.</summary>
        public abstract (TopState State, TopAction? Action) Accept(TopState state);
    }
}
