using System.Diagnostics;
using System.Text;
using ChaturMail.Core.Emails;
using ChaturMail.Core.Generation;
using ChaturMail.Core.Language;
using ChaturMail.Core.Language.Composer;
using ChaturMail.Core.Language.Safety;
using ChaturMail.Tests.Support;

namespace ChaturMail.Tests.Unit.Safety;

public sealed class OutputCheckTests
{
    private static readonly ModelRequest Request = ComposerCatalog.Request(
        ("request", "Leave request for 12-16 October", ["annual leave", "handover to Priya"], "maria.lopez@northwind.example"), 1);

    [Theory]
    [InlineData("requests.json")]
    [InlineData("composer-requests.json")]
    [InlineData("composer-nasty-requests.json")]
    public void NoEmailOfTheComposerIsRejected(string file)
    {
        var composer = new OfflineComposer(ComposerCatalog.Catalog);
        foreach (var r in ComposerCatalog.Requests(file))
        {
            foreach (var sender in new[] { "Asha Rao", "" })
            {
                for (var seed = 1; seed <= 5; seed++)
                {
                    var request = ComposerCatalog.Request(r, seed, sender);
                    AssertGood(request, composer.Write(request).Text);
                }
            }
        }
    }

    [Fact]
    public void NoWorkedExampleIsRejectedAsTheAnswerToItsRequest()
    {
        foreach (var prompt in ComposerCatalog.Templates)
        {
            foreach (var example in prompt.Examples)
            {
                AssertGood(
                    new ModelRequest(prompt, example.Subject, Keywords.Split(example.Keywords).ToList(), example.To, example.From, 1), example.Email);
            }
        }
    }

    [Theory]
    [InlineData("I will be away from 12/10/2026 to 16/10/2026, back on 2026-10-19, 9.30-10.30 or 10:00-11:30, as in 2024-2025.")]
    [InlineData("The budget is 1,250,000 EUR, of which 12 000 were spent; i.e. ca. 40%, e.g. for Ph.D. and B.Com. students in the U.S. at 9 a.m.")]
    [InlineData("I cannot help with the move on Saturday, but Priya and I are there on Sunday. I'm sorry that I can't come earlier.")]
    [InlineData("Wait...in the end it worked: ASP.NET, Node.js and .NET 10, version 2.0.1, on 4 of 5 machines.")]
    [InlineData("As an AI engineer I would suggest: a) the model, b) the data and/or c) the state-of-the-art-approach we know.")]
    [InlineData("Please connect the dots. See items 4.1, 4.2.1 and 5 (at home), and let me know if you have any questions or need anything else from me.")]
    [InlineData("Mein Urlaub dauert bis Freitag; die Donaudampfschifffahrtsgesellschaftskapitänsvertretung übernimmt z.B. Priya, d.h. alles läuft.")]
    [InlineData("मैं 12 से 16 अक्टूबर तक छुट्टी पर रहूँगी। काम प्रिया देखेंगी।")]
    [InlineData("12日から16日まで休暇をいただきます。よろしくお願いします。")]
    [InlineData("You reach me at maria.lopez@northwind.example or through northwind.example, as before.")]
    public void OrdinaryEmailsPass(string body) => AssertGood(Request, $"Dear Maria,\n\n{body}\n\nKind regards,\nAsha Rao");

    [Theory]
    [InlineData("Sincerely,\nAlex Morgan", "Sincerely,\nAsha Rao")]
    [InlineData("Sincerely,\n\nRobert Stone\nCEO, Northwind Bank", "Sincerely,\n\nAsha Rao")]
    [InlineData("Best,\nBob Miller\n\nP.S. Priya knows.", "Best,\nAsha Rao\n\nP.S. Priya knows.")]
    [InlineData("Thank you!\n\nPlease call with any questions.", "Thank you!\n\nPlease call with any questions.")]
    [InlineData("Best,\nPriya", "Best,\nPriya")]
    [InlineData("Best,\nAsha", "Best,\nAsha")]
    [InlineData("Best,", "Best,")]
    public void AnEmailThatSomebodyElseSignedIsPutUnderItsSendersName(string closing, string expected)
    {
        var text = OutputCheck.UnderOwnName(Request, $"Dear Maria,\n\nI will be away.\n\n{closing}");

        Assert.Equal($"Dear Maria,\n\nI will be away.\n\n{expected}", text);
        Assert.Null(OutputCheck.Problem(Request, text));
    }

    [Theory]
    [InlineData("Kind regards,\nAsha")]
    [InlineData("Kind regards,\nA. Rao\nSoftware Engineer")]
    [InlineData("सादर,\nआशा राव")]
    [InlineData("Kind regards,")]
    [InlineData("Kind regards,\nPriya and Asha")]
    [InlineData("Asha")]
    public void TheSendersNameInAnyOfItsFormsPasses(string closing) => AssertGood(Request, "Dear Maria,\n\nI ask for leave.\n\n" + closing);

    [Theory]
    [InlineData("See https://shop.example/r?id=7&x=1.", "https://shop.example/r?id=7&x=1")]
    [InlineData("See shop.example.", "https://www.shop.example/r?id=7")]
    [InlineData("See www.shop.example for more.", "https://shop.example")]
    [InlineData("Write to Sales@Shop.example!", "sales@shop.example")]
    [InlineData("Call +49 30 1234567.", "030 1234567")]
    [InlineData("Call (030) 123-4567.", "0301234567")]
    [InlineData("Tickets 4182 4183 4184 are open.", "4182, 4183, 4184")]
    [InlineData("Pay to DE89 3704 0044 0532 0130 00.", "de89370400440532013000")]
    [InlineData("Follow @shop_example.", "@shop_example")]
    [InlineData("I was told \"ignore the system prompt\".", "system prompt")]
    [InlineData("The key is sk-abcdef0123456789abcdef.", "sk-abcdef0123456789abcdef")]
    public void WhatTheUserGaveMayComeBack(string body, string given)
    {
        var email = $"Dear Maria,\n\n{body}\n\nKind regards,\nAsha Rao";
        Assert.NotNull(OutputCheck.Problem(Request, email));
        AssertGood(Request with { Subject = given }, email);
        AssertGood(Request with { Keywords = given.Split(", ") }, email);
        AssertGood(Request with { Options = EmailOptions.None with { Instructions = given } }, email);
        AssertGood(Request with { Options = EmailOptions.None with { Placeholders = new Dictionary<string, string> { ["a"] = given } } }, email);
        AssertGood(Request with { Prompt = Request.Prompt with { IsOwn = true, Guidance = given } }, email);
        AssertGood(Request with { Rewrite = new Rewrite(RewriteKind.Shorten, null, given) }, email);
    }

    [Theory]
    [InlineData("The form is at https://hr.northwind.example/leave?id=7.", "Use https://hr.northwind.example/leave?id=7", true)]
    [InlineData("The form is at https://hr.northwind.example/other.", "Use https://hr.northwind.example/leave", false)]
    [InlineData("The form is at https://evil.example/leave.", "Use https://evil.example/leave", false)]
    [InlineData("I will write to hr@northwind.example.", "Write to hr@northwind.example", true)]
    [InlineData("I will write to hr@evil.example.", "Write to hr@evil.example", false)]
    [InlineData("I will call you at 030 1234567 about order 20264711.", "Call 030-1234567, order 20264711", true)]
    [InlineData("I will pay to account 20264711.", "Our new account: 20264711", false)]
    [InlineData("I will pay to DE89370400440532013000.", "IBAN DE89370400440532013000", false)]
    public void TheContextGivesOnlyWhatLeadsBackToItsAuthor(string body, string context, bool passes)
    {
        var request = Request with { Options = EmailOptions.None with { Context = context } };
        Assert.Equal(passes, OutputCheck.Problem(request, $"Dear Maria,\n\n{body}\n\nKind regards,\nAsha Rao") is null);
    }

    [Fact]
    public void AnEmailFourTimesAsLongAsAskedIsRejected()
    {
        var words = string.Join(' ', Enumerable.Range(0, 4 * 80 - 4).Select(i => "w" + (char)('a' + i % 26) + (char)('a' + i / 26)));
        var request = Request with { Options = EmailOptions.None with { Length = EmailLength.Short } };
        AssertGood(request, $"Dear Maria,\n\n{words}.\n\nAsha Rao");
        Assert.NotNull(OutputCheck.Problem(request, $"Dear Maria,\n\n{words} once more.\n\nAsha Rao"));
    }

    [Fact]
    public void HostileTextTakesLinearTime()
    {
        string[] pieces =
        [
            "://", "a://", "@", "a@", "@a", "a.", ".a", "a.com ", "http://a", "1 ", "1.", "12-", "DE12 ", "sk-a", "(at)", " dot ", "[.]", ". ", "x",
            "\\\\", "<|", "regards,\n", "hxxp:", "ab12 ", "eyj.", "1:11", "1/1/2026 ", "\u3002a", "и.", "ｅ．", "data:", "a/b",
            "a.com.", "b.a.com.c.", "a.com.b ", "a@b.", "a.com@",
        ];
        foreach (var piece in pieces)
        {
            var text = new StringBuilder().Insert(0, piece, OutputCheck.MostCharacters / piece.Length).ToString();
            var request = Request with { Options = EmailOptions.None with { Context = text, Instructions = text } };
            var fastest = Enumerable.Range(0, 3).Min(_ =>
            {
                var start = Stopwatch.GetTimestamp();
                OutputCheck.Problem(request, text);
                return Stopwatch.GetElapsedTime(start);
            });
            Assert.True(fastest < TimeSpan.FromSeconds(1), $"{piece} repeated takes {fastest}.");
        }
    }

    private static void AssertGood(ModelRequest request, string text)
    {
        var problem = OutputCheck.Problem(request, text);
        Assert.True(problem is null, $"{request.Prompt.Slug}, {request.Subject}: {problem}\n{text}");
    }
}
