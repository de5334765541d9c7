using System.Collections;
using System.Globalization;
using System.Text;
using QRCoder;

namespace ChaturMail.Core;

/// <summary>Draws a QR code (ISO/IEC 18004) as SVG.</summary>
public static class QrSvg
{
    /// <summary>
    /// The code of a text with its quiet zone, a unit a module, black on white, error correction level M. No script, no style sheet, no
    /// other address: it may stand in any page.
    /// </summary>
    public static string Of(string text)
    {
        using var generator = new QRCodeGenerator();
        using var code = generator.CreateQrCode(text, QRCodeGenerator.ECCLevel.M);
        var size = code.ModuleMatrix.Count.ToString(CultureInfo.InvariantCulture);
        var path = new StringBuilder();
        for (var y = 0; y < code.ModuleMatrix.Count; y++) AppendRow(path, code.ModuleMatrix[y], y);
        return $"""<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size} {size}" shape-rendering="crispEdges"><path fill="#fff" d="M0 0h{size}v{size}H0z"/><path d="{path}"/></svg>""";
    }

    // A rectangle for each run of dark modules.
    private static void AppendRow(StringBuilder path, BitArray row, int y)
    {
        for (var x = 0; x < row.Count; x++)
        {
            if (!row[x]) continue;
            var start = x;
            while (x < row.Count && row[x]) x++;
            path.Append(CultureInfo.InvariantCulture, $"M{start} {y}h{x - start}v1H{start}z");
        }
    }
}
