using System.Diagnostics;
using System.Text;
using ChaturMail.Core.Language;

namespace ChaturMail.Tests.Unit;

public sealed class EmailTextPropertyTests
{
    private static readonly string[] Pieces =
    [
        "Dear ", "Hello,", "Hi {name}", "[Your Name]", "<Your Name>", "{{x}}", "[", "]", "(", ")", "{", "}", "<", ">", "*", "**", "_", "___", "~~",
        "`", "```", "\n", "\n\n", "\r\n", " ", "  ", "#", "####", "&&&&", "&&&&Mail Sentiment: good&&&&", "Subject: ", "Leave request", "Re: ",
        "Email:", "To: x", "Sure, here is your email:", "Let me know if you would like changes to this draft", "I hope this helps!", "Regards,",
        "Best regards", "Asha Rao", "Asha", ",", ".", ". ", ":", "!", "?", "। ", "XX/XX/XXXX", "XXXX", "____", "DD/MM/YYYY", "$", "\\", "\"", "'",
        "- ", "* ", "• ", "1. ", "> ", "---", "===", "](https://a.example)", "[a](", "https://a.example/_b_", "\u200B", "\u200D", "\u202E", "\uFE0F",
        "\U000E0041", "\ud800", "\udc00", "\0", "नमस्ते", "क्", "👍", "é", "the report is ready", "we meet at nine", "word", "a", "7",
        "<think>", "</think>", "<br>", "<p>", "</p>", "Phone: ", "|", "[Company]", "Dr. ", "Tone: formal", "<li>",
    ];

    [Fact]
    public void CleaningTwiceIsCleaningOnceWhateverTheText()
    {
        var random = new Random(20260112);
        for (var i = 0; i < 10_000; i++)
        {
            var text = Text(random, random.Next(1, 40));
            var subject = random.Next(3) == 0 ? Text(random, 3) : "Leave request";
            var sender = random.Next(3) switch { 0 => "", 1 => "Asha Rao", _ => Text(random, 2) };
            var once = EmailText.Clean(text, subject, sender);
            var twice = EmailText.Clean(once, subject, sender);
            Assert.True(once == twice, $"{Shown(text)} of {Shown(subject)} by {Shown(sender)}\nonce {Shown(once)}\ntwice {Shown(twice)}");
            Assert.DoesNotContain('\r', once);
            Assert.DoesNotContain("\n\n\n", once, StringComparison.Ordinal);
            Assert.Equal(once.Trim(), once);
        }
    }

    [Fact]
    public void HostileTextTakesLinearTime()
    {
        string[] more =
        [
            "[a](b", "*a", "**a**", "_a", "a*", "[[", "{{", "{{a}}", "[a]", "[Date]", "[Date]. ", "&&&&:", "X/", "x/", "< a", "Tone: x\n",
            "Regards,\nAsha\n", "\\*", "<b>", "a. ", "Sure!\n", "[Date] and so on", "\n[Date] ", "####\n\n",
        ];
        foreach (var piece in Pieces.Concat(more))
        {
            Assert.True(Fastest(Repeated(piece, 128 * 1024)) < TimeSpan.FromSeconds(1), $"{Shown(piece)} repeated takes too long.");
        }

        static TimeSpan Fastest(string text) => Enumerable.Range(0, 3).Min(_ =>
        {
            var start = Stopwatch.GetTimestamp();
            EmailText.Clean(text, "Leave request", "Asha Rao");
            return Stopwatch.GetElapsedTime(start);
        });
    }

    private static string Text(Random random, int pieces) =>
        string.Concat(Enumerable.Range(0, pieces).Select(_ => Pieces[random.Next(Pieces.Length)]));

    private static string Repeated(string piece, int length) =>
        new StringBuilder(length + piece.Length).Insert(0, piece, length / piece.Length).ToString();

    private static string Shown(string text) => System.Text.Json.JsonSerializer.Serialize(text);
}
