using System.Text.Json;
using Microsoft.Playwright;

namespace ChaturMail.Tests.Support.Browser;

/// <summary>
/// Checks what a page shows against WCAG 2.2, levels A and AA, as far as a program can: axe-core of npm, in the folder that
/// <see cref="NodeTools.Variable"/> names. It sees what is there when it looks: each state of a page (menu open, dialog, error) is a call.
/// </summary>
internal static class Axe
{
    private const string Run = """
        async () => (await axe.run(document, {
          runOnly: { type: 'tag', values: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'] },
          resultTypes: ['violations'], preload: false,
        })).violations.flatMap(rule => rule.nodes.map(node =>
          `${rule.id} (${rule.impact}): ${rule.help}\n  ${node.target.join(' ')}\n  ${node.html}\n  ${node.failureSummary.replaceAll('\n', '\n  ')}`))
        """;

    /// <summary>Fails with every violation that the page shows now. Skips the test where axe-core is not installed.</summary>
    public static async Task ExpectNoViolationAsync(IPage page)
    {
        var violations = await ViolationsAsync(page);
        Assert.True(violations.Count == 0, string.Join("\n\n", violations));
    }

    /// <summary>The violations as readable text: rule, element, what is wrong with it.</summary>
    public static async Task<IReadOnlyList<string>> ViolationsAsync(IPage page)
    {
        var path = Path.Combine(NodeTools.Folder(), "node_modules", "axe-core", "axe.min.js");
        Assert.SkipUnless(File.Exists(path), $"{NodeTools.Variable} names no folder with the package axe-core of npm");
        if (!await page.EvaluateAsync<bool>("() => 'axe' in globalThis")) await page.EvaluateAsync(await File.ReadAllTextAsync(path));
        var found = await page.EvaluateAsync<JsonElement>(Run);
        return [.. found.EnumerateArray().Select(violation => violation.GetString()!)];
    }
}
