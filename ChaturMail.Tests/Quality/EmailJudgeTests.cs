using ChaturMail.Core.Emails;
using ChaturMail.Core.Language.Composer;
using ChaturMail.Evals;
using ChaturMail.Evals.Judging;
using ChaturMail.Tests.Support;

namespace ChaturMail.Tests.Quality;

public sealed class EmailJudgeTests
{
    private const string Good = """
        Dear Maria Lopez,

        I would like to request annual leave from 12-16 October. I will hand over my open work to Priya in good time, and the client demo will be finished before I go.

        Could you please let me know whether this suits the team? I would be glad to answer any questions.

        Kind regards,
        Asha Rao
        """;

    private const string German = """
        Liebe Maria Lopez,

        ich möchte Sie um Urlaub vom 12-16 Oktober bitten. Die Arbeit übergebe ich rechtzeitig an Priya, und die Vorführung für den Kunden ist bis dahin fertig.

        Bitte geben Sie mir kurz Bescheid, ob das für das Team passt. Vielen Dank für Ihre Hilfe.

        Viele Grüße
        Asha Rao
        """;

    private static readonly EmailJudge Judge = new(ComposerCatalog.Catalog);

    private static readonly EvalRequest Leave = new()
    {
        Template = "request",
        Subject = "Leave request for 12-16 October",
        Keywords = "annual leave, handover to Priya, client demo finished before",
        ToEmail = "maria.lopez@northwind.example",
    };

    /// <summary>A name, what is done to the good email, and the checks that must fail: those and no other.</summary>
    public static TheoryData<string, string, string, string> BadEmails => new()
    {
        { "no greeting", "Dear Maria Lopez,\n\n", "", Check.Greeting },
        { "a stranger greeted", "Dear Maria Lopez", "Dear John Smith", Check.Greeting },
        { "signed twice", "\nAsha Rao", "\nAsha Rao\nAsha Rao", Check.Signature },
        { "signed by another", "\nAsha Rao", "\nJohn Smith", Check.Signature },
        { "a keyword left out", ", and the client demo will be finished before I go", "", Check.Keywords },
        { "a name left out", "to Priya", "to a colleague", Check.Facts },
        { "a number left out", "from 12-16 October", "in October", Check.Facts },
        { "a number changed", "12-16", "13-17", Check.Facts + " " + Check.Invented },
        { "a weekday invented", "Could you", "I will be back on Monday. Could you", Check.Invented },
        { "a number word invented", "Could you", "There are seven open tickets. Could you", Check.Invented },
        { "a month invented", "Could you", "I have no leave left in November. Could you", Check.Invented },
        { "an attachment invented", "Could you", "The form is attached. Could you", Check.Invented },
        { "a placeholder", "Could you", "You can reach me at [phone number]. Could you", Check.Placeholder },
        { "a stand-in", "Could you", "The cover is TBD. Could you", Check.Placeholder },
        { "a sentence twice", "Could you", "I would be glad to answer any questions. Could you", Check.Repetition },
        { "a frame twice", "Could you", "Please also keep the annual leave in mind. Please also keep the client demo in mind. Could you", Check.Repetition },
        { "a doubled word", "in good time", "in in good time", Check.Grammar },
        { "a wrong article", "my open work", "a open work", Check.Grammar },
        { "a blank before a comma", "in good time,", "in good time ,", Check.Grammar },
        { "a small letter", "I will hand over", "tomatoes are off. My plan is to hand over", Check.Grammar },
        { "no full stop", "any questions.", "any questions", Check.Grammar },
        { "a quotation mark too few", "open work", "\"open work", Check.Grammar },
        { "a few words only", " I would be glad to answer any questions.", "", "" },
    };

    [Fact]
    public void AGoodEmailPasses() => Assert.Empty(Failed(Leave, Good));

    [Theory, MemberData(nameof(BadEmails))]
    public void EachFaultFailsItsOwnCheck(string fault, string from, string to, string expected)
    {
        Assert.Contains(from, Good, StringComparison.Ordinal);
        Assert.True(expected == string.Join(' ', Failed(Leave, Good.Replace(from, to, StringComparison.Ordinal))), fault);
    }

    [Fact]
    public void AnEmailWithoutAnEndFailsTheClosing() =>
        Assert.Equal([Check.Closing], Failed(Leave with { SenderName = "" }, Good[..Good.IndexOf("\n\nKind", StringComparison.Ordinal)]));

    [Fact]
    public void AnotherLanguageFailsTheLanguageUnlessItWasAsked()
    {
        Assert.Equal([Check.Language], Failed(Leave, German));
        Assert.Empty(Failed(Leave with { Language = "de" }, German));
        Assert.Equal([Check.Language], Failed(Leave with { Language = "fr" }, Good));
        Assert.Empty(Failed(Leave with { Language = "fr" }, Good, OfflineComposer.EnglishOnly));
    }

    [Fact]
    public void TheLengthAskedForCounts()
    {
        Assert.Empty(Failed(Leave with { Length = EmailLength.Short }, Good));
        var longer = Good.Replace("Could you", "The calendar of our group shows no other absence in that week, and nobody else has put a name on the list so far. Could you", StringComparison.Ordinal);
        Assert.Equal([Check.Length], Failed(Leave with { Length = EmailLength.Short }, longer));
        Assert.Empty(Failed(Leave with { Length = EmailLength.Medium }, longer));
        Assert.Equal([Check.Length], Failed(Leave, "Dear Maria,\n\nCould I have annual leave 12-16 October? Handover to Priya, client demo finished before.\n\nAsha Rao"));
    }

    [Fact]
    public void AnEmailAboutSomethingElseFailsTheSubject() =>
        Assert.Equal([Check.Subject], Failed(Leave with { Subject = "Parking space near the entrance" }, Good.Replace("12-16 October", "autumn", StringComparison.Ordinal)));

    [Theory]
    [InlineData("invitation")]
    [InlineData("condolence")]
    [InlineData("apology")]
    [InlineData("resignation")]
    [InlineData("congratulations")]
    [InlineData("refund")]
    [InlineData("cancellation")]
    public void AnEmailOfAnotherKindFailsTheTemplate(string template) => Assert.Equal([Check.Template], Failed(Leave with { Template = template }, Good));

    [Fact]
    public void ASignatureStandsOnceAndReplacesTheName()
    {
        var signed = Leave with { Signature = "Best\nAsha Rao\nNorthwind, Pune" };
        var text = Good.Replace("Kind regards,\nAsha Rao", signed.Signature, StringComparison.Ordinal);
        Assert.Empty(Failed(signed, text));
        Assert.Equal([Check.Signature], Failed(signed, Good + "\n\n" + signed.Signature));
        Assert.Equal([Check.Signature], Failed(signed, text + "\n\n" + signed.Signature));
        Assert.Equal([Check.Signature], Failed(signed, Good));
    }

    [Fact]
    public void TheRecipientAskedForIsGreeted()
    {
        Assert.Empty(Failed(Leave with { RecipientName = "Ms Lopez" }, Good));
        Assert.Equal([Check.Greeting], Failed(Leave with { RecipientName = "Dr Helen Voss" }, Good));
    }

    [Fact]
    public void TheToneAskedForIsKept()
    {
        Assert.Empty(Failed(Leave with { Tone = EmailTone.Formal }, Good));
        Assert.Equal([Check.Tone], Failed(Leave with { Tone = EmailTone.Formal }, Good.Replace("I would be", "I'd be", StringComparison.Ordinal)));
        Assert.Equal([Check.Tone], Failed(Leave with { Tone = EmailTone.Apologetic }, Good));
    }

    [Theory]
    [InlineData("shorten", "")]
    [InlineData("elaborate", Check.Rewrite)]
    [InlineData("fixGrammar", Check.Rewrite)]
    [InlineData("formalize", "")]
    [InlineData("translate:de", Check.Language + " " + Check.Rewrite)]
    public void ARewriteDoesWhatWasAsked(string rewrite, string expected)
    {
        const string draft = "Hi Maria, can I get annual leave 12-16 October maybe? Priya would take the handover, if that is fine with everybody in the group and nobody minds it, and I think the client demo is going to be finished before, most likely, as far as one can tell from here, so there should be no trouble at all for anyone, I hope, but of course you know better than me how things stand. Asha Rao";
        Assert.Equal(expected, string.Join(' ', Failed(Leave with { Rewrite = rewrite, Draft = draft }, Good)));
        Assert.Equal(Check.Rewrite, Failed(Leave with { Rewrite = "shorten", Draft = draft.Replace("maybe", "at 9", StringComparison.Ordinal) }, Good).Last());
    }

    [Theory]
    [InlineData("9am", "at 9 a.m. sharp")]
    [InlineData("15%", "of 15 percent")]
    [InlineData("12-16", "from 12 to 16 May")]
    [InlineData("5th", "by 5 December")]
    [InlineData("two", "2 days")]
    [InlineData("1,250", "is 1,250 EUR")]
    public void AnotherWayOfWritingIsTheSameFact(string given, string written) => Assert.True(Exact.Holds(Exact.Normal(written), given));

    [Theory]
    [InlineData("8.9", "a CGPA of 8.95")]
    [InlineData("12", "on 112 pages")]
    [InlineData("5", "for 5,000 EUR")]
    [InlineData("C#", "in C")]
    [InlineData("INV-2201", "invoice 2201")]
    public void AnotherFactIsNotTheSame(string given, string written) => Assert.False(Exact.Holds(Exact.Normal(written), given));

    [Fact]
    public void TheWorkedExamplesPass()
    {
        var failed = new List<string>();
        foreach (var template in ComposerCatalog.Templates)
        {
            foreach (var example in template.Examples)
            {
                var request = new EvalRequest { Template = template.Slug, Subject = example.Subject, Keywords = example.Keywords, ToEmail = example.To, SenderName = example.From };
                failed.AddRange(Judge.Judge(new Submission(request, example.Email, null)).Where(c => !c.Passed).Select(c => $"{template.Slug}, {example.Subject}: {c.Name}: {c.Why}"));
            }
        }

        Assert.Empty(failed);
    }

    private static List<string> Failed(EvalRequest request, string text, string? note = null) =>
        [.. Judge.Judge(new Submission(request, text, note)).Where(c => !c.Passed).Select(c => c.Name)];
}
