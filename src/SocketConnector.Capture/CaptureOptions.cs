namespace SocketConnector.Capture;

/// <summary>Options of a <see cref="PacketCapture"/>.</summary>
public sealed record CaptureOptions
{
    /// <summary>The smallest <see cref="SnapLength"/>: no header is longer.</summary>
    public const int MinSnapLength = 68;

    /// <summary>The largest <see cref="SnapLength"/>, which is also the default.</summary>
    public const int MaxSnapLength = 262_144;

    /// <summary>The smallest <see cref="MaxFileSize"/>.</summary>
    public const long MinFileSize = 64 * 1024;

    /// <summary>Which conversations of each connection are captured; <see cref="CaptureView.Clear"/> by default.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such view.</exception>
    public CaptureView View { get; init => field = InRange(value, CaptureView.Clear, CaptureView.Both, nameof(View)); } = CaptureView.Clear;

    /// <summary>How many bytes of each packet are kept, its headers included; all of them by default.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Under <see cref="MinSnapLength"/> or over <see cref="MaxSnapLength"/>.</exception>
    public int SnapLength { get; init => field = InRange(value, MinSnapLength, MaxSnapLength, nameof(SnapLength)); } = MaxSnapLength;

    /// <summary>
    /// Bytes after which the next file is begun; <see langword="null"/>, the default, for no limit. Any limit makes a ring: the files are
    /// called <c>name_00001_20261130230000.pcapng</c>, counted up, with the time of their beginning (UTC).
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">Under <see cref="MinFileSize"/>.</exception>
    public long? MaxFileSize { get; init => field = value is null ? null : InRange(value.Value, MinFileSize, long.MaxValue, nameof(MaxFileSize)); }

    /// <summary>Time after which the next file is begun, with the next packet; <see langword="null"/>, the default, for no limit.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Under a second.</exception>
    public TimeSpan? MaxFileTime { get; init => field = value is null ? null : InRange(value.Value, TimeSpan.FromSeconds(1), TimeSpan.MaxValue, nameof(MaxFileTime)); }

    /// <summary>How many files are kept, of which the oldest is deleted for a new one; <see langword="null"/>, the default, for all.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Under 1.</exception>
    public int? MaxFiles { get; init => field = value is null ? null : InRange(value.Value, 1, int.MaxValue, nameof(MaxFiles)); }

    /// <summary>Whether a connection is captured; all are by default. Must not block.</summary>
    public Func<ConnectionFacts, bool>? Filter { get; init; }

    /// <summary>
    /// Called with each piece of the bytes before it is written, to mask what must not be in the file; not with what is encrypted. It must neither block nor dispose the capture. If it
    /// throws, that connection is captured no further.
    /// </summary>
    public CaptureRedaction? Redact { get; init; }

    /// <summary>The clock, for the names of files and their time; the system's by default.</summary>
    public TimeProvider TimeProvider
    {
        get;
        init
        {
            ArgumentNullException.ThrowIfNull(value);
            field = value;
        }
    } = TimeProvider.System;

    /// <summary>Whether there is a ring of files.</summary>
    internal bool IsRing => MaxFileSize is not null || MaxFileTime is not null || MaxFiles is not null;

    private static T InRange<T>(T value, T least, T most, string name)
        where T : IComparable =>
        value.CompareTo(least) >= 0 && value.CompareTo(most) <= 0
            ? value
            : throw new ArgumentOutOfRangeException(name, value, $"from {least} to {most}");
}
