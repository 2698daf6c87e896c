using System.Globalization;
using SocketConnector.Capture.Pcapng;

namespace SocketConnector.Capture.Output;

/// <summary>Writes one file, or a ring of them. Each is whole by itself, and only its owner may read it.</summary>
internal sealed class FileOutput : CaptureOutput
{
    private readonly string _path;
    private readonly CaptureOptions _options;
    private readonly SectionBlocks _section;
    private readonly Queue<string> _kept = new();
    private FileStream _file;
    private long _length;
    private long _opened;
    private int _count;

    /// <summary>Opens the first file.</summary>
    /// <exception cref="IOException">It cannot be made, or is there already.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be made.</exception>
    public FileOutput(string path, CaptureOptions options, SectionBlocks section)
    {
        (_path, _options, _section) = (path, options, section);
        _file = Open();
    }

    private bool IsDue => _options.MaxFileTime is { } time && _options.TimeProvider.GetElapsedTime(_opened) >= time;

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> blocks, CancellationToken cancellationToken)
    {
        Unwritten = blocks;
        if (_length == 0)
        {
            await AppendAsync(_section.Head(), cancellationToken).ConfigureAwait(false);
        }

        while (!blocks.IsEmpty)
        {
            if (IsDue)
            {
                await RotateAsync(cancellationToken).ConfigureAwait(false);
            }

            int fitting = Fitting(blocks.Span);
            if (fitting == 0)
            {
                await RotateAsync(cancellationToken).ConfigureAwait(false);
                fitting = Math.Max(Fitting(blocks.Span), BlockSpan.LengthOf(blocks.Span));
            }

            long before = _length;
            try
            {
                await AppendAsync(blocks[..fitting], cancellationToken).ConfigureAwait(false);
            }
            finally
            {
                blocks = blocks[(int)(_length - before)..];
                Unwritten = blocks;
            }
        }
    }

    public override ValueTask FinishAsync(CancellationToken cancellationToken) => AppendAsync(_section.Tail(), cancellationToken);

    public override ValueTask DisposeAsync()
    {
        if (_length == 0)
        {
            // Not even its head was written; it would only be in the way of the next start.
            File.Delete(_file.Name);
        }

        return _file.DisposeAsync();
    }

    /// <summary>How many bytes of whole blocks go into the file.</summary>
    private int Fitting(ReadOnlySpan<byte> blocks) =>
        _options.MaxFileSize is not { } most || _length + blocks.Length <= most ? blocks.Length : BlockSpan.WholeWithin(blocks, most - _length);

    /// <summary>Appends whole blocks. A disk that fills up leaves the file with as many of them as it took.</summary>
    private async ValueTask AppendAsync(ReadOnlyMemory<byte> blocks, CancellationToken cancellationToken)
    {
        try
        {
            await _file.WriteAsync(blocks, cancellationToken).ConfigureAwait(false);
            await _file.FlushAsync(cancellationToken).ConfigureAwait(false);
            _length += blocks.Length;
        }
        catch
        {
            _length += BlockSpan.WholeWithin(blocks.Span, RandomAccess.GetLength(_file.SafeFileHandle) - _length);
            _file.SetLength(_length);
            throw;
        }
    }

    /// <summary>Goes on in another file. Where none can be made, the one before stays the last, whole.</summary>
    private async ValueTask RotateAsync(CancellationToken cancellationToken)
    {
        await AppendAsync(_section.Tail(), cancellationToken).ConfigureAwait(false);
        FileStream full = _file;
        _file = Open();
        await full.DisposeAsync().ConfigureAwait(false);
        _length = 0;
        await AppendAsync(_section.Head(), cancellationToken).ConfigureAwait(false);
        while (_kept.Count > (_options.MaxFiles ?? int.MaxValue) && TryDelete(_kept.Peek()))
        {
            _kept.Dequeue();
        }
    }

    private FileStream Open()
    {
        string path = _options.IsRing ? NextName() : _path;
        var how = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, Share = FileShare.Read | FileShare.Delete, BufferSize = 0 };
        if (!OperatingSystem.IsWindows())
        {
            how.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        var file = new FileStream(path, how);
        _opened = _options.TimeProvider.GetTimestamp();
        _kept.Enqueue(path);
        return file;
    }

    /// <returns>Whether it is gone; on Windows not while somebody reads it, and then the next rotation tries again.</returns>
    private static bool TryDelete(string path)
    {
        try
        {
            File.Delete(path);
            return true;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private string NextName()
    {
        string name = string.Create(
            CultureInfo.InvariantCulture,
            $"{Path.GetFileNameWithoutExtension(_path)}_{++_count:00000}_{_options.TimeProvider.GetUtcNow():yyyyMMddHHmmss}{Path.GetExtension(_path)}");
        return Path.Join(Path.GetDirectoryName(_path), name);
    }
}
