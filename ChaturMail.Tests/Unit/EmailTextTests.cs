using ChaturMail.Core.Language;

namespace ChaturMail.Tests.Unit;

public sealed class EmailTextTests
{
    private const string Subject = "Leave request for 12-16 October";
    private const string Name = "Asha Rao";
    private const string Email = "Dear Maria,\n\nMay I take leave?\n\nBest regards,\nAsha Rao";

    [Theory]
    [InlineData(Email)]
    [InlineData("Hello,\n\nThe bug #4182 is in snake_case_name, C# and 2*3*4; 5 * 3 * 2 is 30, and 4 < 5 > 3.")]
    [InlineData("Hello,\n\n- one\n  - two\n\n1. first\n2. second")]
    [InlineData("Hello,\n\nSee note [1] and [2] (see below), [sic], [URGENT], [note attached], [see page of the report], [...] and the case of JIRA [AB-12].\n\nRegards,\nAsha Rao")]
    [InlineData("Hello,\n\nThe link is https://example.com/_a_/b_c_d?x=*&y=__z__ and the mail is first_last_@example.com.\n\nAsha Rao")]
    [InlineData("Hello,\n\nLet me know if you would like changes to the agenda.\n\nBest,\nAsha")]
    [InlineData("Hello,\n\nHere is the message: be there at 9:00. I hope this helps.\n\nThanks,\nBest regards,\nAsha")]
    [InlineData("Hello,\n\nSubject: Maths on Monday, Physics on Tuesday.\nTo: room 7\nFrom: 9 am\n\nAsha")]
    [InlineData("Hello,\n\nYour card ending ****1234 was charged Rs. 500 **. Love you, xxx\n\nAsha")]
    [InlineData("Hello,\n\nWe meet in 2 groups: A & B. R&D is in \"Room 5\". It's Priya's turn - isn't it?\n\n--\nAsha\n+91 98765 43210")]
    [InlineData("Hello,\n\nPlease give your date of birth in the format DD/MM/YYYY.\n\nAsha")]
    [InlineData("Hello,\n\nContact: Alex <alex@example.com>\n\nAsha")]
    [InlineData("Sure enough, the parcel came today.\n\nAsha")]
    [InlineData("Email: asha@example.com is my address from now on.")]
    public void AnEmailThatIsReadyStaysAsItIs(string text) => Assert.Equal(text, Clean(text));

    [Theory]
    [InlineData("नमस्ते मारिया जी,\n\nकृपया मुझे 12 से 16 अक्टूबर तक छुट्टी दें। मेरा काम प्रिया देखेंगी।\n\nसादर,\nआशा राव")]
    [InlineData("क्\u200Dष और क्\u200Cष, र्\u200Dय")]
    [InlineData("سلام،\n\nمی\u200Cخواهم مرخصی بگیرم.")]
    [InlineData("Team 👩\u200D💻 ❤️\u200D🔥 👍🏽 🇮🇳")]
    [InlineData("Sehr geehrte Frau Müller,\n\nkönnte ich vom 12. bis 16. Oktober frei nehmen? Größe: 5 m².\n\nMit freundlichen Grüßen\nJürgen Weiß")]
    [InlineData("Bonjour,\n\nPuis-je prendre congé\u00A0? Voici l’ordre du jour\u202F: «\u00A0budget\u00A0».\n\nCordialement,\nZoë Lefèvre")]
    [InlineData("佐藤様\n\n十月の休暇をお願いします。\n\n辻\U000E0100")]
    public void TextsInOtherLanguagesComeThroughUnharmed(string text) => Assert.Equal(text, Clean(text));

    [Theory]
    [InlineData("&&&&Mail Sentiment: Positive&&&&\n\n" + Email)]
    [InlineData(Email + "\n&&&&Mail Sentiment: Formal and polite&&&&")]
    [InlineData(Email + "&&&&")]
    [InlineData(Email + "\n####")]
    [InlineData(Email + "####\nSubject: Another one\nKeywords: a, b\nEmail: Dear Sir, no.")]
    [InlineData("####\nEmail:\n" + Email + "\n####\n####")]
    [InlineData("Subject: Leave\nKeywords: a\n####\n" + Email)]
    [InlineData("```\n" + Email + "\n```")]
    [InlineData("```text\nSubject: Leave\n\n" + Email + "\n```")]
    [InlineData("Here is the email:\n\n```markdown\n" + Email + "\n```\n\nLet me know if you'd like any changes to the draft!")]
    [InlineData("\"\"\"\n" + Email + "\n\"\"\"")]
    [InlineData("<think>They want leave.\nI write.</think>\n" + Email)]
    [InlineData("\"" + Email + "\"")]
    public void WhatTheExamplesLeaveBehindGoes(string text) => Assert.Equal(Email, Clean(text));

    [Theory]
    [InlineData("Subject: Leave request\n\n" + Email)]
    [InlineData("**Subject:** Leave request\n\n" + Email)]
    [InlineData("Subject: Leave request\nSubject: Leave request\n" + Email)]
    [InlineData(Subject + "\n\n" + Email)]
    [InlineData("# " + Subject + "\n" + Email)]
    [InlineData("Subject Line: \"Leave\"\nTo: maria@example.com\nFrom: Asha\n\nEmail body:\n" + Email)]
    [InlineData("Betreff: Urlaub\n\n" + Email)]
    [InlineData("Objet : Congé\n\n" + Email)]
    [InlineData("विषय: छुट्टी\n\n" + Email)]
    [InlineData("Email: " + Email)]
    public void ALineWithTheSubjectGoes(string text) => Assert.Equal(Email, Clean(text));

    [Fact]
    public void TheSubjectRepeatedBelowTheGreetingGoes() =>
        Assert.Equal("Respected Sir,\n\nMay I?", Clean("Respected Sir,\nSubject: " + Subject + "\n\nMay I?"));

    [Fact]
    public void AnEmailOnTheSubjectsLineIsNotLostWithIt() => Assert.Equal("Dear Maria, may I take leave from 12 to 16 October? Asha",
        Clean("Subject: " + Subject + ". Dear Maria, may I take leave from 12 to 16 October? Asha"));

    [Fact]
    public void AGreetingThatIsTheSubjectTooStays() =>
        Assert.Equal("Hello\n\nAll is well.", EmailText.Clean("Hello\n\nAll is well.", "Hello", ""));

    [Theory]
    [InlineData("Sure, here is your email:\n\n" + Email)]
    [InlineData("Sure! Here's a professional email you can use:\n\n" + Email)]
    [InlineData("Certainly!\n\n" + Email)]
    [InlineData("Of course. Below is the draft email: " + Email)]
    [InlineData("Here is a polite email based on your keywords.\n\n" + Email)]
    [InlineData("Gerne, hier ist Ihre E-Mail:\n\n" + Email)]
    [InlineData("Bien sûr ! Voici votre e-mail :\n\n" + Email)]
    [InlineData("यहाँ आपका ईमेल है:\n\n" + Email)]
    [InlineData(Email + "\n\nLet me know if you would like changes to this draft")]
    [InlineData(Email + "\n\n---\n\nFeel free to adjust the tone or wording.")]
    [InlineData(Email + "\n\nI hope this helps! Good luck.")]
    [InlineData(Email + "\n\n(Note: replace the placeholders in the email before sending.)")]
    [InlineData(Email + "\n\nWould you like me to make this email shorter?")]
    [InlineData(Email + "\n\nWord count: 52")]
    [InlineData(Email + "\n\nSubject: Leave request")]
    [InlineData("Here's a version that keeps it short:\n\n" + Email)]
    public void ChatterAroundTheEmailGoes(string text) => Assert.Equal(Email, Clean(text));

    [Theory]
    [InlineData("The **project** is *late* and __costly__, says ***Bob***.", "The project is late and costly, says Bob.")]
    [InlineData("**Two\nlines**", "Two\nlines")]
    [InlineData("~~old~~ new `code` and \\*star\\_", "old new code and *star_")]
    [InlineData("### Agenda ###\ntext", "Agenda\ntext")]
    [InlineData("* one\n• two\n+ three\n  * nested", "- one\n- two\n- three\n  - nested")]
    [InlineData("See [the plan](https://example.com/p?a=1) or [https://a.example](https://a.example).",
        "See the plan (https://example.com/p?a=1) or https://a.example.")]
    [InlineData("Write to [me](mailto:asha@example.com) or [asha@example.com](mailto:asha@example.com).",
        "Write to me (asha@example.com) or asha@example.com.")]
    [InlineData("A ![chart](https://example.com/c.png \"Chart\") here, <https://example.com>.",
        "A chart (https://example.com/c.png) here, https://example.com.")]
    [InlineData("One\n\n---\n\nTwo\n***\nThree\n* * *", "One\n\nTwo\n\nThree")]
    [InlineData("> Hello\n> there", "Hello\nthere")]
    [InlineData("one<br>two<br/><b>three</b> <p>four</p>", "one\ntwo\nthree four")]
    public void MarkdownBecomesPlainText(string text, string expected) => Assert.Equal(expected, Clean(text));

    [Theory]
    [InlineData("\uFEFFHel\u200Blo\u00AD \u202Ethere\u2066\u2069\u200E", "Hello there")]
    [InlineData("Hi\U000E0049\U000E0067\U000E006E there", "Hi there")]
    [InlineData("a\u200Db\u200Cc\u2764\uFE0F\uFE0F\uFE01 d\U000E0101", "abc\u2764\uFE0F d")]
    [InlineData("a\0b\u0007c\u001Bd\u007Fe\u0085f", "abcde\nf")]
    [InlineData("one\r\ntwo\rthree\u2028four  \n\n\n \n\n  five\t\n\n", "one\ntwo\nthree\nfour\n\n  five")]
    [InlineData("  \n\t\n", "")]
    [InlineData("", "")]
    public void InvisibleCharactersAndSpareSpacesGo(string text, string expected) => Assert.Equal(expected, Clean(text));

    [Fact]
    public void HalvesOfSurrogatePairsGo() => Assert.Equal("ab👍c", Clean("a\ud800b👍\udc00c\ud83d"));

    [Fact]
    public void NothingIsLeftOfAFrameWithoutAnEmail()
    {
        Assert.Equal("", Clean("```\n```"));
        Assert.Equal("", Clean("Subject: " + Subject));
        Assert.Equal("", Clean("&&&&Mail Sentiment: Positive&&&&\n####"));
        Assert.Equal("", Clean("[Your email goes here]"));
        Assert.Equal("", Clean("Dear Sir,\n\nI write about [topic].\n\nYours faithfully,\n[Your Name]"));
    }

    private static string Clean(string text)
    {
        var once = EmailText.Clean(text, Subject, Name);
        Assert.Equal(once, EmailText.Clean(once, Subject, Name));
        return once;
    }
}
