namespace SocketConnector.Cli.Values;

/// <summary>What a parser made of a text: a value, or one sentence that says what is wrong and what is expected.</summary>
internal readonly record struct Parsed<T>(T? Value, string? Error)
{
    public static implicit operator Parsed<T>(T value) => new(value, null);

    /// <summary>Goes on with the value, if there is one.</summary>
    public Parsed<TNext> Then<TNext>(Func<T, TNext> next) => Error is null ? new Parsed<TNext>(next(Value!), null) : new Wrong(Error);

    /// <summary>Goes on with what is made of the value, which may be wrong itself.</summary>
    public Parsed<TNext> Next<TNext>(Func<T, Parsed<TNext>> next) => Error is null ? next(Value!) : new Wrong(Error);

    public static implicit operator Parsed<T>(Wrong wrong) => new(default, wrong.Error);
}

/// <summary>The sentence alone, whatever was to be parsed.</summary>
internal readonly record struct Wrong(string Error);
