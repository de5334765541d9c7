using System.Text.RegularExpressions;
using ChaturMail.Tests.Support;

namespace ChaturMail.Tests.House;

/// <summary>docs/security.md names requirements and tests that exist.</summary>
public sealed partial class SecurityDocumentTests
{
    private static readonly string Document = Repository.Read("docs/security.md");

    [Fact]
    public void EveryTestThatItNamesExists()
    {
        // As written, not as compiled: some are of the other build.
        var sources = Repository.Files(".cs").Where(path => path.StartsWith("ChaturMail.Tests/", StringComparison.Ordinal)).Select(Repository.Read).ToList();
        var named = Named().Matches(Document).Select(match => (Type: match.Groups[1].Value, Method: match.Groups[2].Value)).Distinct().ToList();
        Assert.NotEmpty(named);
        Assert.All(named, name => Assert.Contains(sources, source =>
            source.Contains($"class {name.Type}", StringComparison.Ordinal) && source.Contains($" {name.Method}(", StringComparison.Ordinal)));
    }

    [Fact]
    public void EveryRiskOfTheTopTenAndEveryChapterStandsThere()
    {
        for (var risk = 1; risk <= 10; risk++) Assert.Contains($"| API{risk}:2023 ", Document, StringComparison.Ordinal);
        for (var chapter = 1; chapter <= 17; chapter++) Assert.Contains($"### V{chapter} ", Document, StringComparison.Ordinal);
    }

    /// <summary>Requirements of levels 1 and 2 in each section of ASVS 5.0.0, in its order; a section that is left out must be told with its reason.</summary>
    [Fact]
    public void EveryRequirementOfLevelsOneAndTwoIsMetOrExplained()
    {
        var told = Row().Matches(Document).SelectMany(row => Expand(row.Groups[1].Value)).ToList();
        Assert.Equal(told.Count, told.Distinct().Count());
        var wanted = File.ReadAllLines(Path.Combine(AppContext.BaseDirectory, "Data", "asvs-5.0.0.txt")).Where(line => !line.StartsWith('#')).ToList();
        Assert.Equal(253, wanted.Count);
        Assert.Empty(wanted.Except(told));
        Assert.Empty(told.Except(wanted));
    }

    // "1.2.6 to 1.2.8, 1.3.1" is four of them.
    private static IEnumerable<string> Expand(string cell)
    {
        foreach (var part in cell.Split(',', StringSplitOptions.TrimEntries))
        {
            if (part.Split(" to ") is not [var first, var last])
            {
                yield return part;
                continue;
            }

            var at = first.LastIndexOf('.') + 1;
            for (var number = Number(first[at..]); number <= Number(last[at..]); number++) yield return first[..at] + number.ToString(System.Globalization.CultureInfo.InvariantCulture);
        }

        static int Number(string text) => int.Parse(text, System.Globalization.CultureInfo.InvariantCulture);
    }

    [GeneratedRegex(@"`([A-Z]\w+(?:Tests|Contract))\.([A-Z]\w+)`")]
    private static partial Regex Named();

    [GeneratedRegex(@"(?m)^\| ((?:\d+\.\d+\.\d+)(?:(?:, | to )\d+\.\d+\.\d+)*) \|")]
    private static partial Regex Row();
}
