using System.Globalization;
using System.Text;
using ChaturMail.Evals.Judging;

namespace ChaturMail.Evals.Reports;

/// <summary>What changed between two reports.</summary>
internal static class Comparison
{
    /// <summary>Scores that moved, checks that newly fail and newly pass, requests that came or went.</summary>
    public static string Text(EvalReport earlier, EvalReport now)
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"Since {earlier.Date:yyyy-MM-dd HH:mm} ({earlier.Model}): {Moved(earlier.Total, now.Total)}\n");
        foreach (var (template, score) in now.Templates)
            if (earlier.Templates.TryGetValue(template, out var before) && before != score) text.Append(CultureInfo.InvariantCulture, $"  {template}: {Moved(before, score)}\n");

        var was = Results(earlier);
        var shared = Results(now).Where(r => was.ContainsKey(r.Key)).ToList();
        List(text, "newly failing", shared.Where(r => !r.Value.Passed && was[r.Key].Passed).Select(r => $"{r.Key.Item}: {r.Key.Name}: {r.Value.Why}"));
        List(text, "newly passing", shared.Where(r => r.Value.Passed && !was[r.Key].Passed).Select(r => $"{r.Key.Item}: {r.Key.Name}"));
        var (old, current) = (earlier.Items.ToDictionary(i => i.Key), now.Items.ToDictionary(i => i.Key));
        List(text, "new requests", current.Keys.Where(k => !old.ContainsKey(k)));
        List(text, "requests gone", old.Keys.Where(k => !current.ContainsKey(k)));
        List(text, "requests that changed, so that their checks say little", current.Where(i => old.TryGetValue(i.Key, out var o) && o.Request != i.Value.Request).Select(i => i.Key));
        return text.ToString();
    }

    private static Dictionary<(string Item, string Name), CheckResult> Results(EvalReport report) =>
        report.Items.SelectMany(i => i.Checks.Select(c => ((i.Key, c.Name), c))).ToDictionary(p => p.Item1, p => p.c);

    private static string Moved(Score before, Score now) => string.Create(
        CultureInfo.InvariantCulture, $"{before.Percent:F1} % -> {now.Percent:F1} % ({now.Percent - before.Percent:+0.0;-0.0;0.0})");

    private static void List(StringBuilder text, string title, IEnumerable<string> lines)
    {
        var all = lines.ToList();
        if (all.Count == 0) return;
        text.Append(CultureInfo.InvariantCulture, $"{title}: {all.Count}\n");
        foreach (var line in all) text.Append("  ").Append(line).Append('\n');
    }
}
