using System.Diagnostics;
using System.Text.RegularExpressions;
using ChaturMail.Core.Emails;
using ChaturMail.Core.Language;
using ChaturMail.Core.Language.Composer;
using ChaturMail.Core.Language.Composer.Rewriting;
using ChaturMail.Tests.Support;

namespace ChaturMail.Tests.Unit;

public sealed partial class ComposerRewriteTests
{
    private static readonly OfflineComposer Composer = new(ComposerCatalog.Templates);

    private const string Casual = "Hey Maria,\n\nI can't make it on Friday, so let's meet on 12 May at 3pm instead! Pls send me the slides asap. "
        + "You must check https://x.example/can't?a=1 and write to don't@x.example.\n\nThanks for your help!\n\nCheers,\nAsha\nOps, Room 12";

    public static TheoryData<RewriteKind> Kinds => [.. Enum.GetValues<RewriteKind>().Where(k => k != RewriteKind.Translate)];

    [Theory, MemberData(nameof(Kinds))]
    public void FactsSurvive(RewriteKind kind)
    {
        foreach (var draft in Drafts())
        {
            var text = Rewritten(draft.Request, kind, draft.Text).Text;
            foreach (Match fact in Fact().Matches(draft.Text)) Assert.True(text.Contains(fact.Value, StringComparison.Ordinal), $"{fact.Value}\n{draft.Text}\n=>\n{text}");
            foreach (var keyword in draft.Request.Keywords.Where(k => Words.Holds(draft.Text, k))) Assert.True(Words.Holds(text, keyword) || kind is not RewriteKind.Shorten, $"{keyword}\n{text}");
        }
    }

    [Theory]
    [InlineData(RewriteKind.Formalize)]
    [InlineData(RewriteKind.FixGrammar)]
    public void DoingItAgainChangesNothing(RewriteKind kind)
    {
        foreach (var draft in Drafts())
        {
            var once = Rewritten(draft.Request, kind, draft.Text).Text;
            var twice = Rewritten(draft.Request, kind, once);
            Assert.Equal(once, twice.Text);
            Assert.NotNull(twice.Note);
        }
    }

    [Fact]
    public void SofteningComesToAnEnd()
    {
        // A letter without a blunt word gets one sentence more, once.
        foreach (var draft in Drafts())
        {
            var twice = Rewritten(draft.Request, RewriteKind.Soften, Rewritten(draft.Request, RewriteKind.Soften, draft.Text).Text).Text;
            Assert.Equal(twice, Rewritten(draft.Request, RewriteKind.Soften, twice).Text);
        }
    }

    [Fact]
    public void WhatTakesAPhrasesPlaceIsNotReplacedAgain()
    {
        foreach (var list in new[] { RewriteWords.Expanded, RewriteWords.Formal, RewriteWords.Soft, RewriteWords.Short, RewriteWords.Spelling })
            foreach (var phrase in list.Replacements) Assert.Equal(phrase, list.Replace(phrase), ignoreCase: true);
    }

    [Fact]
    public void AShortenedEmailIsShorterAndKeepsGreetingAndClosing()
    {
        foreach (var draft in Drafts().Where(d => d.Text != Casual && WordCount.Of(d.Text) > 60))
        {
            var answer = Rewritten(draft.Request, RewriteKind.Shorten, draft.Text);
            // A letter that is all facts has nothing to leave out, and says so.
            Assert.True(WordCount.Of(answer.Text) < WordCount.Of(draft.Text) || answer.Note is not null, draft.Text);
            Assert.Equal(draft.Text.Split("\n\n")[0], answer.Text.Split("\n\n")[0]);
            Assert.Equal(draft.Text.Split("\n\n")[^1], answer.Text.Split("\n\n")[^1]);
        }
    }

    [Fact]
    public void ShorteningGoesBelowTheLengthThatWasAsked()
    {
        const string filler = "The weather has been lovely here and everybody enjoys it. ";
        var draft = $"Dear Ann,\n\nI would like to ask for a discount of 5%. {string.Concat(Enumerable.Repeat(filler, 20))}\n\nKind regards,\nAsha Rao";
        var request = Request("Your offer", "discount of 5%") with { Options = new EmailOptions { Length = EmailLength.Short } };
        Assert.InRange(WordCount.Of(Rewritten(request, RewriteKind.Shorten, draft).Text), 10, 80);
    }

    [Fact]
    public void ElaboratingAddsSentencesThatWereNotThere()
    {
        var request = Request("New laptop", "slow performance");
        var text = Composer.Write(request).Text;
        for (var round = 0; round < 12; round++)
        {
            var answer = Rewritten(request, RewriteKind.Elaborate, text);
            Assert.True(answer.Text.Length > text.Length || answer.Note is not null);
            var sentences = answer.Text.Split("\n\n")[1..^1].SelectMany(p => p.Split(". ")).Select(s => s.TrimEnd('.')).ToList();
            Assert.Equal(sentences.Count, sentences.Distinct(StringComparer.OrdinalIgnoreCase).Count());
            text = answer.Text;
        }

        Assert.NotNull(Rewritten(request, RewriteKind.Elaborate, text).Note);
    }

    [Fact]
    public void ElaboratingKeepsToTheLengthThatWasAsked()
    {
        var request = Request("New laptop", "slow performance") with { Options = new EmailOptions { Length = EmailLength.Short } };
        var draft = Composer.Write(request).Text;
        Assert.InRange(WordCount.Of(Rewritten(request, RewriteKind.Elaborate, draft).Text), WordCount.Of(draft), 80);
    }

    [Fact]
    public void AFormalEmailHasNoCasualWord() => Assert.Equal(
        "Dear Maria,\n\nI cannot make it on Friday, so let us meet on 12 May at 3pm instead. Please send me the slides as soon as possible. "
        + "You must check https://x.example/can't?a=1 and write to don't@x.example.\n\nThank you for your help.\n\nYours sincerely,\nAsha\nOps, Room 12",
        Rewritten(Request("Friday", "slides"), RewriteKind.Formalize, Casual).Text);

    [Fact]
    public void ASoftEmailAsksAndDoesNotOrder()
    {
        const string draft = "Hello,\n\nSend me the report by Friday. I want the figures for Q3. You must sign it. This is unacceptable.\n\nRegards,\nAsha";
        Assert.Equal(
            "Hello,\n\nCould you please send me the report by Friday? I would like the figures for Q3. You would need to sign it. This is difficult for me to accept.\n\nRegards,\nAsha",
            Rewritten(Request("Report", "report"), RewriteKind.Soften, draft).Text);
    }

    [Theory]
    [InlineData("i recieved the the file , thanks", "I received the file, thanks.")]
    [InlineData("we met teh client. it was an long day..", "We met the client. It was a long day.")]
    [InlineData("He ate a apple and i saw it!!", "He ate an apple and I saw it!")]
    [InlineData("can you send it to ann@x.example", "Can you send it to ann@x.example")]
    [InlineData("could you of the team help us with this", "Could you of the team help us with this?")]
    [InlineData("I should of called ,sorry.", "I should have called, sorry.")]
    [InlineData("Costs rose 3.5 % to 1,250 EUR , see http://x.example/teh,file.", "Costs rose 3.5 % to 1,250 EUR, see http://x.example/teh,file.")]
    [InlineData("I spoke to Dr. Rao... he agreed.", "I spoke to Dr. Rao... he agreed.")]
    [InlineData("I had had enough of iOS and npm.", "I had had enough of iOS and npm.")]
    public void MistakesAreCorrectedAndNothingElse(string wrong, string right) => Assert.Equal(
        $"Hi Ann,\n\n{right}\n\nBest,\nAsha", Rewritten(Request("File", "file"), RewriteKind.FixGrammar, $"Hi Ann,\n\n{wrong}\n\nBest,\nAsha").Text);

    [Theory]
    [InlineData(RewriteKind.Translate, "de", Casual)]
    [InlineData(RewriteKind.Formalize, null, "Hallo Maria,\n\nich möchte dich bitten, mir die Unterlagen für das Treffen zu schicken.\n\nGruß\nAsha")]
    public void WhatTheRulesCannotDoIsUnsupported(RewriteKind kind, string? language, string draft)
    {
        var request = Request("Friday", "slides") with { Rewrite = new Rewrite(kind, language, draft) };
        Assert.Equal(ModelFailure.Unsupported, Assert.IsType<ModelAnswer.Failed>(Composer.Answer(request)).Kind);
    }

    [Fact]
    public void EnglishIsTranslatedToEnglishByLeavingItAlone()
    {
        var request = Request("Friday", "slides") with { Rewrite = new Rewrite(RewriteKind.Translate, "en-GB", Casual) };
        Assert.Equal(Casual, Assert.IsType<ModelAnswer.Written>(Composer.Answer(request)).Text);
    }

    [Fact]
    public void TheUsersSignatureStaysAsItIs()
    {
        const string signature = "Thanks a lot!\nAsha  Rao\nhey@x.example";
        var request = Request("Friday", "slides") with { Options = new EmailOptions { Signature = signature } };
        foreach (var kind in Enum.GetValues<RewriteKind>().Where(k => k != RewriteKind.Translate))
            Assert.EndsWith(signature, Rewritten(request, kind, $"Hi Ann,\n\nI can't send the slides today.\n\nBest,\n{signature}").Text, StringComparison.Ordinal);
    }

    [Theory, MemberData(nameof(Kinds))]
    public void NoDraftMakesItFail(RewriteKind kind)
    {
        var random = new Random(20260131);
        string[] pieces = ["the", "the", "i", "Hi Ann,", "Dear", ",", " , ", ".", "..", "...", "!", "?", "\n", "\n\n", "\r\n", "Best,", "Asha", "12", "3.5", "a@b.c", "http://x.y/?a=1", "can't", "Send me", "it",
            "please", "- one", "1. two", "日本", "😀", "\uD800", "\u202E", "\"", "(", ")", "I", "", " ", "\t", "Thanks", "very", "in order to", "{k}", "a", "an", "hour"];
        for (var round = 0; round < 1500; round++)
        {
            var draft = string.Join(random.Next(3) == 0 ? "" : " ", Enumerable.Range(0, random.Next(0, 40)).Select(_ => pieces[random.Next(pieces.Length)]));
            var request = Request("Friday 12", "slides", "a@b.c") with { Rewrite = new Rewrite(kind, null, draft), Seed = round };
            if (Composer.Answer(request) is not ModelAnswer.Written answer) continue;
            foreach (var number in new[] { "12", "3.5", "a@b.c", "http://x.y/?a=1" }.Where(n => Regex.IsMatch(draft, $@"(?<!\S){Regex.Escape(n)}(?!\S)")))
                Assert.Contains(number, answer.Text, StringComparison.Ordinal);
        }
    }

    [Theory, MemberData(nameof(Kinds))]
    public void AVeryLongDraftTakesTimeInProportion(RewriteKind kind)
    {
        // Ten times the text in a hundred times the time would run for minutes.
        var draft = "Dear Ann,\n\n" + string.Concat(Enumerable.Repeat("I can't do it , in order to send send me teh file. ", 20_000)) + "\n\nBest,\nAsha";
        var watch = Stopwatch.StartNew();
        Rewritten(Request("File", "file"), kind, draft);
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(60), $"{watch.Elapsed}");
    }

    private static IEnumerable<(ModelRequest Request, string Text)> Drafts()
    {
        yield return (Request("Friday", "slides"), Casual);
        foreach (var request in ComposerCatalog.Requests("requests.json").Concat(ComposerCatalog.Requests("composer-requests.json")))
            foreach (var tone in new EmailTone?[] { null, EmailTone.Friendly })
            {
                var asked = ComposerCatalog.Request(request, 1) with { Options = new EmailOptions { Tone = tone } };
                if (Composer.Write(asked) is { Note: null, Text: var text }) yield return (asked with { Options = EmailOptions.None }, text);
            }

        foreach (var template in ComposerCatalog.Templates)
            foreach (var example in template.Examples)
                yield return (Request(example.Subject, example.Keywords.Split(", ")), example.Email);
    }

    private static ModelRequest Request(string subject, params string[] keywords) => ComposerCatalog.Request(("request", subject, keywords, "ann@x.example"), 1);

    private static ModelAnswer.Written Rewritten(ModelRequest request, RewriteKind kind, string draft) =>
        Assert.IsType<ModelAnswer.Written>(Composer.Answer(request with { Rewrite = new Rewrite(kind, null, draft) }));

    [GeneratedRegex(@"https?://\S+|\S+@\S+\w|\d[\d.,:/-]*\d|\d|\b(January|February|March|April|June|July|August|September|October|November|December|Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday)\b")]
    private static partial Regex Fact();
}
