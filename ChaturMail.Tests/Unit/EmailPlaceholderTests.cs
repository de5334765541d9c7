using ChaturMail.Core.Language;

namespace ChaturMail.Tests.Unit;

public sealed class EmailPlaceholderTests
{
    [Theory]
    [InlineData("[Your Name]")]
    [InlineData("<Your Name>")]
    [InlineData("{name}")]
    [InlineData("{{name}}")]
    [InlineData("{{ sender_name }}")]
    [InlineData("{yourName}")]
    [InlineData("[YOUR FULL NAME]")]
    [InlineData("(Your Name)")]
    [InlineData("[Sender's Name]")]
    [InlineData("[आपका नाम]")]
    [InlineData("[Ihr Name]")]
    [InlineData("**[Your Name]**")]
    [InlineData("[Your Name]\n[Your Position]")]
    [InlineData("[Your Name]\n[Your Position]\n[Company Name]\n[Your Contact Information]\nPhone: [Your Phone Number] | Email: [Email]")]
    [InlineData("[Your Name], [Your Title]")]
    [InlineData("[Your Name]\nAsha Rao")]
    public void ASignaturesPlaceholdersBecomeTheSendersName(string signature)
    {
        Assert.Equal("Hello,\n\nMay I?\n\nBest regards,\nAsha Rao", Clean("Hello,\n\nMay I?\n\nBest regards,\n" + signature));
        var unsigned = signature.Replace("\nAsha Rao", "", StringComparison.Ordinal);
        Assert.Equal("Hello,\n\nMay I?\n\nBest regards,", Clean("Hello,\n\nMay I?\n\nBest regards,\n" + unsigned, sender: ""));
    }

    [Theory]
    [InlineData("Dear [Recipient Name],", "Hello,")]
    [InlineData("Dear [Recipient's Name],", "Hello,")]
    [InlineData("Dear Mr./Ms. [Last Name]:", "Hello,")]
    [InlineData("Hi {name}!", "Hello,")]
    [InlineData("Hi {{first_name}}, how are you?", "Hello, how are you?")]
    [InlineData("Dear [Name]", "Hello,")]
    [InlineData("Hey <name>, [Name 2],", "Hello,")]
    [InlineData("Dear Maria [Last Name],", "Dear Maria,")]
    [InlineData("Sehr geehrte Frau [Name],", "Guten Tag,")]
    [InlineData("Sehr geehrte/r [Name des Empfängers],", "Guten Tag,")]
    [InlineData("Bonjour [Nom du destinataire],", "Bonjour,")]
    [InlineData("प्रिय [प्राप्तकर्ता का नाम],", "नमस्ते,")]
    public void AGreetingWithoutANameIsPlain(string greeting, string expected) =>
        Assert.Equal(expected + "\n\nAll is well.", Clean(greeting + "\n\nAll is well."));

    [Theory]
    [InlineData("I am [Your Name] from Pune. All is well.", "I am Asha Rao from Pune. All is well.")]
    [InlineData("I met Dr. [Name of doctor] on Monday. All is well.", "All is well.")]
    [InlineData("All is well. We meet on [Date] at [Time]. Bring a pen.", "All is well. Bring a pen.")]
    [InlineData("All is well. We meet on XX/XX/XXXX.", "All is well.")]
    [InlineData("All is well. We meet on DD/MM/YYYY. Call +91 XXXXX XXXXX!", "All is well.")]
    [InlineData("It costs $XXX. All is well.", "All is well.")]
    [InlineData("All is well.\nReference: ____", "All is well.")]
    [InlineData("All is well. We owe ______ rupees.", "All is well.")]
    [InlineData("All is well.\n- Date: [Insert Date]\n- Place: Pune\n1. [Item One]", "All is well.\n- Place: Pune")]
    [InlineData("All is well. Ask [Competitor Brand] now.", "All is well.")]
    [InlineData("All is well. I am sorry for [brief explanation].", "All is well.")]
    [InlineData("Alles ist gut. Es geht um [Thema].", "Alles ist gut.")]
    [InlineData("सब ठीक है। बैठक [तारीख] को है। धन्यवाद।", "सब ठीक है। धन्यवाद।")]
    [InlineData("All is well. Since you asked for a line that wraps, it comes\nwith all of the report of [Department], its first page and\n"
        + "its appendix. Bring a pen.", "All is well.\nBring a pen.")]
    [InlineData("Dear Sir, we meet on [Date].\nAll is well.", "Dear Sir,\nAll is well.")]
    [InlineData("All is well. {{anything at all}} helps.", "All is well.")]
    [InlineData("All is well. Pay ${amount} now.", "All is well.")]
    public void ASentenceWithAnUnknownPlaceholderGoes(string text, string expected) => Assert.Equal(expected, Clean(text));

    [Fact]
    public void AnIntroductionWithoutANameGoes() =>
        Assert.Equal("I write from Pune.", Clean("My name is [Your Name]. I write from Pune.", sender: ""));

    [Fact]
    public void BracketsThatTheSubjectHoldsStay()
    {
        Assert.Equal("About [Project Apollo] and {name}: all is well.",
            Clean("About [Project Apollo] and {name}: all is well.", subject: "[Project Apollo] and {name}"));
        Assert.Equal("Use the <b> tag.", Clean("Use the <b> tag.", subject: "The <b> tag"));
    }

    [Theory]
    [InlineData("Regards, [Your Name]", "Asha Rao", "Regards, Asha Rao")]
    [InlineData("Regards, [Your Name]", "", "Regards,")]
    [InlineData("Regards,\nAsha Rao, [Position]", "Asha Rao", "Regards,\nAsha Rao")]
    [InlineData("Regards,\nAsha Rao | [Company] | Pune", "Asha Rao", "Regards,\nAsha Rao | Pune")]
    public void AnItemOfASignatureGoesAlone(string text, string sender, string expected) =>
        Assert.Equal("All is well.\n\n" + expected, Clean("All is well.\n\n" + text, sender: sender));

    [Theory]
    [InlineData("Best regards,\nAsha Rao\n\nBest regards,\nAsha Rao")]
    [InlineData("Best regards,\nAsha Rao\nAsha Rao")]
    [InlineData("Best regards,\nAsha Rao\n\nAsha Rao")]
    [InlineData("Best regards,\nAsha Rao\n\nSincerely,\n[Your Name]")]
    [InlineData("Best regards,\nBest regards,\nAsha Rao")]
    [InlineData("Best regards,\nAsha Rao\nBest regards,\nAsha Rao\nBest regards,\nAsha Rao")]
    public void ADoubledSignatureIsReducedToOne(string signature) =>
        Assert.Equal("All is well.\n\nBest regards,\nAsha Rao", Clean("All is well.\n\n" + signature));

    [Fact]
    public void ASendersNameThatIsMarkupDoesNoHarm()
    {
        Assert.Equal("Go.\nRegards,\nYour Name", Clean("Go.\nRegards,\n[Your Name]", sender: "[Your Name]"));
        Assert.Equal("Go.\nRegards,", Clean("Go.\nRegards,\n[Your Name]", sender: "\u202E**"));
    }

    private static string Clean(string text, string subject = "Leave", string sender = "Asha Rao")
    {
        var once = EmailText.Clean(text, subject, sender);
        Assert.Equal(once, EmailText.Clean(once, subject, sender));
        return once;
    }
}
