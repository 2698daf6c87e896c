using System.Globalization;
using System.Text;
using Microsoft.Extensions.Logging;

namespace SocketConnector.Taps;

/// <summary>A hex dump as that of <c>hexdump -C</c>, one message a row: rows of several connections may mix.</summary>
internal sealed class HexTraffic(ILogger log, long connection) : TrafficDisplay(log, connection)
{
    internal const int Width = 16;

    private const int Half = 8;

    protected override void Write(TrafficPiece piece)
    {
        for (int start = 0; start < piece.Bytes.Length; start += Width)
        {
            TrafficPiece row = piece.Part(start, Width);
            WriteLine(piece.Side, Row(row.Offset, row.Bytes));
        }
    }

    /// <param name="offset">Of the first of them.</param>
    /// <param name="bytes">At most <see cref="Width"/> of them.</param>
    internal static string Row(long offset, ReadOnlySpan<byte> bytes)
    {
        StringBuilder row = new StringBuilder(80).Append(CultureInfo.InvariantCulture, $"{offset:x8}  ");
        for (int i = 0; i < Width; i++)
        {
            if (i < bytes.Length)
            {
                row.Append(CultureInfo.InvariantCulture, $"{bytes[i]:x2} ");
            }
            else
            {
                row.Append("   ");
            }

            if (i % Half == Half - 1)
            {
                row.Append(' ');
            }
        }

        row.Append('|');
        foreach (byte value in bytes)
        {
            row.Append(PrintableAscii.Of(value, '.'));
        }

        return row.Append('|').ToString();
    }
}
