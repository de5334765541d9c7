using System.Globalization;
using System.Text;
using ChaturMail.Core.Emails;

namespace ChaturMail.Tests.Unit;

public sealed class EmailDiffTests
{
    private static readonly string[] Words =
    [
        "Dear", "Maria", ",", "\n\n", " ", "  ", "\t", "leave", "12", "October", ".", "ü", "प्रिय", "会议", "時間", "🙂", "👨‍👩‍👧", "ne\u0301e", "\ud800", "-", "?", "\r\n",
    ];

    [Fact]
    public void TheStretchesMakeBothTextsExactly()
    {
        var seed = int.Parse(Environment.GetEnvironmentVariable("CHATURMAIL_TEST_SEED") ?? "7", CultureInfo.InvariantCulture);
        var random = new Random(seed);
        for (var round = 0; round < 2000; round++)
        {
            var before = Text(random, random.Next(60));
            var after = random.Next(3) == 0 ? Text(random, random.Next(60)) : Changed(random, before);

            var parts = EmailDiff.Words(before, after);

            Assert.Equal(before, Join(parts, DiffChange.Insert));
            Assert.Equal(after, Join(parts, DiffChange.Delete));
            Assert.All(parts, part => Assert.NotEmpty(part.Text));
            Assert.All(parts.Zip(parts.Skip(1)), pair => Assert.NotEqual(pair.First.Change, pair.Second.Change));
        }
    }

    [Fact]
    public void AWordThatChangesIsTheOnlyDifference()
    {
        var parts = EmailDiff.Words("Dear Maria,\n\nI ask for leave on Monday.\n\nAsha", "Dear Maria,\n\nI ask for leave on Tuesday.\n\nAsha Rao");

        Assert.Equal(
            [
                new(DiffChange.Equal, "Dear Maria,\n\nI ask for leave on "), new(DiffChange.Delete, "Monday"), new(DiffChange.Insert, "Tuesday"),
                new(DiffChange.Equal, ".\n\nAsha"), new(DiffChange.Insert, " Rao"),
            ], parts);
    }

    [Fact]
    public void WhereThereAreNoBlanksBetweenWordsEachCharacterIsOne() => Assert.Equal(
        [new(DiffChange.Equal, "会议在"), new(DiffChange.Delete, "周一"), new(DiffChange.Insert, "明天"), new(DiffChange.Equal, "举行。")],
        EmailDiff.Words("会议在周一举行。", "会议在明天举行。"));

    [Fact]
    public void TwoEqualTextsAreOneStretchAndTwoEmptyOnesNone()
    {
        Assert.Equal([new(DiffChange.Equal, "Hello, Maria")], EmailDiff.Words("Hello, Maria", "Hello, Maria"));
        Assert.Empty(EmailDiff.Words("", ""));
        Assert.Equal([new(DiffChange.Insert, "Hello")], EmailDiff.Words("", "Hello"));
    }

    [Fact]
    public void WhatDiffersInMoreThanTheBoundIsReplacedAsAWhole()
    {
        var (before, after) = (Numbers(0), Numbers(5000));

        var parts = EmailDiff.Words("Dear Maria, " + before + " Asha", "Dear Maria, " + after + " Asha");

        Assert.Equal(
            [new(DiffChange.Equal, "Dear Maria, "), new(DiffChange.Delete, before), new(DiffChange.Insert, after), new(DiffChange.Equal, " Asha")], parts);

        static string Numbers(int from) => string.Join(' ', Enumerable.Range(from, EmailDiff.MostPieces / 4 + 1));
    }

    private static string Join(IEnumerable<DiffPart> parts, DiffChange without) =>
        string.Concat(parts.Where(part => part.Change != without).Select(part => part.Text));

    private static string Text(Random random, int words)
    {
        var text = new StringBuilder();
        for (var i = 0; i < words; i++) text.Append(Words[random.Next(Words.Length)]);
        return text.ToString();
    }

    private static string Changed(Random random, string text)
    {
        var from = random.Next(text.Length + 1);
        var to = random.Next(from, Math.Min(text.Length, from + 20) + 1);
        return text[..from] + Text(random, random.Next(5)) + text[to..];
    }
}
