using ChaturMail.Core.Language;

namespace ChaturMail.Tests.Unit.Safety;

public sealed class SignatureTests
{
    private const string Own = "Asha Rao\nHead of Sales, Northwind\n+49 30 1234567";
    private const string Body = "Dear Maria,\n\nI ask for leave.";

    [Theory]
    [InlineData("\n\nKind regards,")]
    [InlineData("\n\nKind regards,\nAsha Rao")]
    [InlineData("\n\nKind regards,\n\nAsha")]
    [InlineData("\n\nKind regards,\nASHA RAO\nhead of sales, northwind\n+49 30 1234567")]
    [InlineData("\n\nKind regards,\nAsha Rao, Head of Sales")]
    [InlineData("\n\nKind regards,\nHead of Sales\nAsha Rao")]
    [InlineData("\n\nKind regards,\nAsha Rao\n\n--\nAsha Rao\nHead of Sales, Northwind\n+49 30 1234567")]
    [InlineData("\n\nKind regards,\nA. R.\nSales Department")]
    [InlineData("\n\nKind regards, Asha Rao")]
    [InlineData("\n\nKind regards,\nAsha Rao\n\nKind regards,\nAsha Rao\nHead of Sales, Northwind")]
    public void WhateverTheModelSignedWithTheSignatureStandsOnce(string closing) =>
        Assert.Equal($"{Body}\n\nKind regards,\n{Own}", EmailText.Sign(Body + closing, Own, "Asha Rao"));

    [Theory]
    [InlineData("")]
    [InlineData("\n\nAsha Rao")]
    [InlineData("\n\n- Asha Rao")]
    [InlineData("\n\n--\nAsha Rao\nNorthwind")]
    public void WithoutAClosingPhraseItStandsBelowTheText(string closing) =>
        Assert.Equal($"{Body}\n\n{Own}", EmailText.Sign(Body + closing, Own, "Asha Rao"));

    [Theory]
    [InlineData("\n\nKind regards,\nAsha Rao")]
    [InlineData("\n\nBest wishes,\nAsha")]
    [InlineData("\n\nBest wishes,")]
    public void ASignatureWithAClosingPhraseReplacesTheModels(string closing) =>
        Assert.Equal($"{Body}\n\nBest wishes,\nAsha", EmailText.Sign(Body + closing, "Best wishes,\nAsha", "Asha Rao"));

    [Theory]
    [InlineData("Mit freundlichen Grüssen", "A. Rao")]
    [InlineData("Hochachtungsvoll", "Frau A. R.")]
    [InlineData("С уважением,", "Аша Рао")]
    [InlineData("Met vriendelijke groet,", "A. R.")]
    [InlineData("Com os melhores cumprimentos,", "A. R.")]
    [InlineData("भवदीया,", "आशा राव")]
    public void UnderTheClosingPhrasesOfOtherLanguagesItStandsOnceAsWell(string closing, string name) =>
        Assert.Equal($"{Body}\n\n{closing}\n{Own}", EmailText.Sign($"{Body}\n\n{closing}\n{name}", Own, "Asha Rao"));

    [Fact]
    public void APostscriptGoesAboveTheClosingPhrase() => Assert.Equal(
        $"{Body}\n\nP.S. The key is with Priya.\n\nKind regards,\n{Own}",
        EmailText.Sign($"{Body}\n\nKind regards,\nAsha Rao\n\nP.S. The key is with Priya.", Own, "Asha Rao"));

    [Theory]
    [InlineData("Hello,\n\nThanks.\n\nPlease bring:\n- pens\n- paper")]
    [InlineData("Dear Asha,\n\nAsha Rao is the Head of Sales at Northwind.")]
    [InlineData("Hello,\n\nThank you.\n\nWe meet at nine in the large room on the second floor, as every week")]
    public void TheEmailsOwnSentencesStay(string email) => Assert.Equal($"{email}\n\n{Own}", EmailText.Sign(email, Own, "Asha Rao"));

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData(" \n ")]
    [InlineData("\u200B")]
    public void WithoutASignatureTheEmailStays(string? signature)
    {
        var email = Body + "\n\nKind regards,\nAsha Rao";
        Assert.Same(email, EmailText.Sign(email, signature, "Asha Rao"));
    }

    [Fact]
    public void NothingButASignatureIsNoEmail() => Assert.Equal("", EmailText.Sign("Asha Rao\nHead of Sales", Own, "Asha Rao"));

    [Fact]
    public void SigningTwiceIsSigningOnceWhateverTheText()
    {
        string[] pieces =
        [
            "Dear Maria,", "I ask for leave.", "Kind regards,", "Thanks", "Asha Rao", "asha", "Head of Sales", "+49 30 1234567", "P.S. Bring it", "--", "",
            "", "Thanks, Asha", "- pens", "PS: no", "सादर,", "आशा", "Best,", "Sales Department", "We meet at nine", "***", " ", "Northwind", "Yes.", "Love, Asha",
        ];
        var random = new Random(20261121);
        string Text(int most) => string.Join('\n', Enumerable.Range(0, random.Next(1, most)).Select(_ => pieces[random.Next(pieces.Length)]));
        for (var i = 0; i < 20_000; i++)
        {
            var email = EmailText.Clean(Text(14), "Leave", "Asha Rao");
            var signature = i % 2 == 0 ? Own : Text(5);
            var sender = random.Next(3) == 0 ? "" : "Asha Rao";
            var once = EmailText.Sign(email, signature, sender);
            Assert.True(once == EmailText.Sign(once, signature, sender), $"{email}\n====\n{signature}\n====\n{once}\n====\n{EmailText.Sign(once, signature, sender)}");
            if (once.Length > 0 && !string.IsNullOrWhiteSpace(signature)) Assert.EndsWith(string.Join('\n', signature.Trim().Split('\n').Select(l => l.TrimEnd())), once, StringComparison.Ordinal);
        }
    }
}
