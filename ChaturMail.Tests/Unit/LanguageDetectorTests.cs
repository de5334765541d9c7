using System.Text.Json;
using ChaturMail.Core.Generation;
using ChaturMail.Core.Language;
using ChaturMail.Tests.Support;

namespace ChaturMail.Tests.Unit;

public sealed class LanguageDetectorTests
{
    private static readonly string[] Foreign = ["bharat.example", "firma.example", "societe.example", "dan@a.example"];

    [Fact]
    public void NineteenOfTwentyShortRequestsAreOfTheLanguageTheyAreIn()
    {
        var pairs = File.ReadLines(Path.Combine(AppContext.BaseDirectory, "Data", "languages.txt")).Where(l => l.Length > 0 && l[0] != '#').Select(l => l.Split('|')).ToList();
        Assert.True(pairs.Count >= 150);
        Assert.True(pairs.Select(p => p[0]).Distinct().Count() >= 15);
        var wrong = pairs.Select(p => (p, Found: LanguageDetector.Detect(p[1], Keywords.Split(p[2])))).Where(r => r.Found != r.p[0])
            .Select(r => $"{r.p[0]} was taken for {r.Found}: {r.p[1]} | {r.p[2]}").ToList();
        Assert.True(wrong.Count * 20 <= pairs.Count, string.Join('\n', wrong));
        Assert.DoesNotContain(wrong, w => w.StartsWith("en ", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("requests.json")]
    [InlineData("composer-requests.json")]
    [InlineData("composer-nasty-requests.json")]
    public void AnEnglishRequestIsNeverTakenForAnother(string file)
    {
        foreach (var request in ComposerCatalog.Requests(file).Where(r => !Foreign.Any(f => r.To.EndsWith(f, StringComparison.Ordinal))))
            Assert.True(LanguageDetector.Detect(request.Subject, request.Keywords) == "en", JsonSerializer.Serialize(request.Subject));
    }

    [Theory]
    [InlineData("कार्यालय बंद रहेगा", "दिवाली, 1 नवंबर", "hi")]
    [InlineData("Entschuldigung für den Ausfall", "Serverausfall, 2 Stunden, Gutschrift", "de")]
    [InlineData("Réunion projet Atlas", "jeudi 14h, salle 3, planning, risques", "fr")]
    [InlineData("URLAUB NÄCHSTE WOCHE", "ANTRAG", "de")]
    [InlineData("Re\u0301union demain", "", "fr")]
    [InlineData("Отчёт", "Kubernetes, deploy", "ru")]
    public void SubjectAndKeywordsAreReadTogether(string subject, string keywords, string language) =>
        Assert.Equal(language, LanguageDetector.Detect(subject, Keywords.Split(keywords)));

    [Theory]
    [InlineData("")]
    [InlineData("   ")]
    [InlineData("12-16, #4182")]
    [InlineData("😀 🎉")]
    [InlineData("\uD800\uDBFF")]
    [InlineData("info@firma.example, www.reunion.example")]
    public void WhatDoesNotTellIsEnglishWithoutConfidence(string text)
    {
        Assert.Equal(new DetectedLanguage("en", 0), LanguageDetector.Detect(text));
    }

    [Fact]
    public void AWholeEmailIsToldWithConfidence()
    {
        foreach (var example in ComposerCatalog.Templates.SelectMany(t => t.Examples))
        {
            var found = LanguageDetector.Detect(example.Email);
            Assert.Equal("en", found.Tag);
            Assert.True(found.Confidence > 0.6, $"{found.Confidence}: {example.Email}");
        }

        var german = LanguageDetector.Detect("Liebe Maria,\n\nich möchte Sie um Urlaub vom 12. bis 16. Oktober bitten. Die Übergabe an Priya ist vorbereitet.\n\nViele Grüße\nAsha");
        Assert.Equal("de", german.Tag);
        Assert.True(german.Confidence > 0.6);
    }

    [Fact]
    public void AnEndlessTextIsReadToItsLimitOnly()
    {
        var start = string.Concat(Enumerable.Repeat("der die das und ", LanguageDetector.MostCharacters / 16));
        Assert.Equal("de", LanguageDetector.Detect(start + string.Concat(Enumerable.Repeat("nous avons une réunion ", 100_000))).Tag);
    }
}
