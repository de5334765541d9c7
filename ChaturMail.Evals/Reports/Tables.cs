using System.Globalization;
using System.Text;
using ChaturMail.Evals.Judging;

namespace ChaturMail.Evals.Reports;

/// <summary>A report as people read it.</summary>
internal static class Tables
{
    /// <summary>Templates by checks, then every failed check with the words that show it.</summary>
    public static string Text(EvalReport report)
    {
        var text = new StringBuilder();
        var columns = Columns(report);
        var wide = report.Templates.Keys.Append("all").Max(t => t.Length);
        text.Append(CultureInfo.InvariantCulture, $"{"".PadRight(wide)} {"score",6}");
        foreach (var check in columns) text.Append(' ').Append(check.PadLeft(Math.Max(5, check.Length)));
        text.Append('\n');
        foreach (var (name, items) in Rows(report))
        {
            text.Append(CultureInfo.InvariantCulture, $"{name.PadRight(wide)} {Score.Of(items.SelectMany(i => i.Checks)).Percent,6:F1}");
            foreach (var check in columns) text.Append(' ').Append(Cell(items, check).PadLeft(Math.Max(5, check.Length)));
            text.Append('\n');
        }

        foreach (var item in report.Items)
        {
            if (item.Unsupported is { } unsupported) text.Append(CultureInfo.InvariantCulture, $"\n{item.Key} {item.Request.Template}: not supported, not judged: {unsupported}");
            foreach (var check in item.Checks.Where(c => !c.Passed))
                text.Append(CultureInfo.InvariantCulture, $"\n{item.Key} {item.Request.Template}: {check.Name}: {check.Why}");
        }

        Readiness(report, text);
        return text.Append('\n').ToString();
    }

    /// <summary>The table and each email in full, for reading and for comparing by eye. Holds no date.</summary>
    public static string Markdown(EvalReport report)
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"# Emails of the model {report.Model}\n\nWritten by `ChaturMail.Evals`; nobody edits it. CONTRIBUTING.md says how to write it anew.\n");
        text.Append(CultureInfo.InvariantCulture, $"{report.Total.Passed} of {report.Total.Total} checks passed, {report.Total.Percent:F1} %.\n\n");
        var columns = Columns(report);
        text.Append("| template | score | ").AppendJoin(" | ", columns).Append(" |\n|---|---|").AppendJoin("|", columns.Select(_ => "---")).Append("|\n");
        foreach (var (name, items) in Rows(report))
            text.Append(CultureInfo.InvariantCulture, $"| {name} | {Score.Of(items.SelectMany(i => i.Checks)).Percent:F1} | ")
                .AppendJoin(" | ", columns.Select(c => Cell(items, c))).Append(" |\n");
        foreach (var item in report.Items) Email(text, item);
        return text.ToString();
    }

    private static void Email(StringBuilder text, EvalResult item)
    {
        text.Append(CultureInfo.InvariantCulture, $"\n## {item.Request.Template}: {Line(item.Request.Subject)}\n\nKeywords: {Line(item.Request.Keywords)}. To: {Line(item.Request.ToEmail)}.\n\n");
        var shown = item.Email ?? item.Failure ?? item.Unsupported ?? "";
        foreach (var line in shown.Split('\n')) text.Append(line.Length == 0 ? "" : "    ").Append(line).Append('\n');
        if (item.Note is { } note) text.Append(CultureInfo.InvariantCulture, $"\nNote: {note}\n");
        foreach (var check in item.Checks.Where(c => !c.Passed)) text.Append(CultureInfo.InvariantCulture, $"\n- {check.Name}: {Line(check.Why ?? "")}\n");
    }

    private static void Readiness(EvalReport report, StringBuilder text)
    {
        var answers = report.Items.Select(i => i.Readiness).OfType<Readiness>().ToList();
        if (answers.Count == 0) return;
        var judged = answers.Where(a => a.Problem is null).ToList();
        text.Append(CultureInfo.InvariantCulture, $"\n\nReady to send, says the judge model: {judged.Count(a => a.IsReady)} of {judged.Count}");
        if (judged.Count < answers.Count) text.Append(CultureInfo.InvariantCulture, $"; no answer of use for {answers.Count - judged.Count}");
        foreach (var item in report.Items.Where(i => i.Readiness is { IsReady: false }))
            text.Append(CultureInfo.InvariantCulture, $"\n{item.Key} {item.Request.Template}: {item.Readiness!.Summary()}");
    }

    private static List<string> Columns(EvalReport report) => [.. Check.All.Where(c => report.Items.Any(i => i.Checks.Any(r => r.Name == c)))];

    private static IEnumerable<(string Name, List<EvalResult> Items)> Rows(EvalReport report) =>
        report.Items.GroupBy(i => i.Request.Template).OrderBy(g => g.Key, StringComparer.Ordinal).Select(g => (g.Key, g.ToList())).Append(("all", report.Items.ToList()));

    private static string Cell(List<EvalResult> items, string check)
    {
        var score = Score.Of(items.SelectMany(i => i.Checks).Where(c => c.Name == check));
        return score.Total == 0 ? "-" : score.Passed == score.Total ? "ok" : string.Create(CultureInfo.InvariantCulture, $"{score.Passed}/{score.Total}");
    }

    private static string Line(string text) => text.ReplaceLineEndings(" ").Replace("|", "\\|", StringComparison.Ordinal).Replace("<", "\\<", StringComparison.Ordinal);
}
