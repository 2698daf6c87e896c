using System.Text;
using QRCoder;

namespace SocketConnector.Cli.Sharing;

/// <summary>Draws a text as a QR code, for a terminal.</summary>
internal static class QrCode
{
    /// <summary>Two rows of modules in a line of text, so that they are square.</summary>
    public static string Draw(string text)
    {
        using QRCodeData data = QRCodeGenerator.GenerateQrCode(text, QRCodeGenerator.ECCLevel.L);
        var lines = new StringBuilder();
        for (int row = 0; row < data.ModuleMatrix.Count; row += 2)
        {
            for (int column = 0; column < data.ModuleMatrix.Count; column++)
            {
                // Light is drawn, since most terminals are dark.
                bool above = !data.ModuleMatrix[row][column];
                bool below = row + 1 >= data.ModuleMatrix.Count || !data.ModuleMatrix[row + 1][column];
                lines.Append(above ? below ? '█' : '▀' : below ? '▄' : ' ');
            }

            lines.Append('\n');
        }

        return lines.ToString();
    }
}
