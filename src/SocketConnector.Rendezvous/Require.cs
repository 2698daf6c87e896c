namespace SocketConnector.Rendezvous;

/// <summary>Validates options where they are set.</summary>
internal static class Require
{
    /// <exception cref="ArgumentOutOfRangeException">It is less or more.</exception>
    public static T InRange<T>(T value, T least, T most, string name)
        where T : IComparable<T> =>
        value.CompareTo(least) >= 0 && value.CompareTo(most) <= 0 ? value : throw new ArgumentOutOfRangeException(name, value, $"{name} must be from {least} to {most}.");

    /// <exception cref="ArgumentOutOfRangeException">It is nothing, or more.</exception>
    public static TimeSpan Positive(TimeSpan value, TimeSpan most, string name) =>
        value > TimeSpan.Zero && value <= most ? value : throw new ArgumentOutOfRangeException(name, value, $"{name} must be more than nothing, and {most} at most.");

    /// <exception cref="ArgumentOutOfRangeException">It has no name.</exception>
    public static T Known<T>(T value, string name)
        where T : struct, Enum =>
        Enum.IsDefined(value) ? value : throw new ArgumentOutOfRangeException(name, value, $"{name} must be one of {string.Join(", ", Enum.GetNames<T>())}.");

    /// <exception cref="ArgumentException">It is not so.</exception>
    public static T That<T>(T value, bool isSo, string name, string must) => isSo ? value : throw new ArgumentException($"{name} must be {must}.", name);
}
