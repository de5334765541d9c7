using System.Globalization;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using ChaturMail.Core;
using ChaturMail.Core.Identity.SecondFactor;
using ChaturMail.Tests.Support;

namespace ChaturMail.Tests.Unit;

public sealed partial class QrSvgTests
{
    private const string Reader =
        """
        import jsqr from 'jsqr';
        import { readFileSync } from 'node:fs';
        const rows = readFileSync(0, 'utf8').trim().split('\n');
        const scale = 4, size = rows.length * scale, pixels = new Uint8ClampedArray(size * size * 4).fill(255);
        for (let y = 0; y < size; y++) for (let x = 0; x < size; x++)
          if (rows[Math.floor(y / scale)][Math.floor(x / scale)] === '#') pixels.fill(0, (y * size + x) * 4, (y * size + x) * 4 + 3);
        process.stdout.write((jsqr.default ?? jsqr)(pixels, size, size)?.data ?? 'unreadable');
        """;

    public static TheoryData<string> Texts => new(
        "A",
        Totp.Uri("ChaturMail", "asha.rao@example.com", "12345678901234567890"u8),
        Totp.Uri("ChāturMail", new string('a', 250) + "@example.com", "12345678901234567890"u8));

    [Theory]
    [MemberData(nameof(Texts))]
    public async Task AnotherProgramReadsWhatIsDrawn(string text)
    {
        Assert.SkipUnless(Directory.Exists(Path.Combine(NodeTools.Folder(), "node_modules", "jsqr")), "the folder has no package jsqr");
        using var node = NodeTools.Start(Reader);
        foreach (var row in Modules(QrSvg.Of(text))) await node.StandardInput.WriteLineAsync(row.Replace(' ', '.'));
        node.StandardInput.Close();

        Assert.Equal(text, await node.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken));
    }

    [Theory]
    [MemberData(nameof(Texts))]
    public void ThePictureHasAQuietZoneAndThreeFinders(string text)
    {
        var rows = Modules(QrSvg.Of(text)).ToList();

        // A symbol of version n has 17 + 4n modules a side, and 4 of quiet zone around (ISO/IEC 18004, sections 5.3.1 and 9.1).
        Assert.Equal(1, (rows.Count - 8) % 4);
        Assert.All(rows.Take(4).Concat(rows.TakeLast(4)), row => Assert.DoesNotContain('#', row));
        Assert.All(rows, row => Assert.DoesNotContain('#', row[..4] + row[^4..]));
        string[] finder = ["#######", "#     #", "# ### #", "# ### #", "# ### #", "#     #", "#######"];
        for (var y = 0; y < 7; y++)
        {
            Assert.Equal((finder[y], finder[y]), (rows[y + 4].Substring(4, 7), rows[y + 4].Substring(rows.Count - 11, 7)));
            Assert.Equal(finder[y], rows[rows.Count - 11 + y].Substring(4, 7));
        }
    }

    private static IEnumerable<string> Modules(string svg)
    {
        var root = XElement.Parse(svg);
        var size = int.Parse(root.Attribute("viewBox")!.Value.Split(' ')[2], CultureInfo.InvariantCulture);
        var rows = Enumerable.Range(0, size).Select(_ => new string(' ', size).ToCharArray()).ToList();
        foreach (Match run in Run().Matches(root.Elements().Last().Attribute("d")!.Value))
        {
            int At(int group) => int.Parse(run.Groups[group].Value, CultureInfo.InvariantCulture);
            rows[At(2)].AsSpan(At(1), At(3)).Fill('#');
        }

        return rows.Select(row => new string(row));
    }

    [GeneratedRegex(@"M(\d+) (\d+)h(\d+)v1H\1z")]
    private static partial Regex Run();
}
