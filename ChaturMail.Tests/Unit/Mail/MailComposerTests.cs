using System.Text;
using ChaturMail.Core.Mail;

namespace ChaturMail.Tests.Unit.Mail;

/// <summary>Mails as they are written.</summary>
public sealed class MailComposerTests
{
    private static readonly ComposedMail Letter = new(
        new Mailbox("Asha Rao via ChaturMail", "no-reply@chaturmail.example"), ["maria.lopez@example.com"], "The report", "Dear Maria,\nhere it is.\n",
        "6b018b08c371b1bcac5105a3-1@chaturmail.example", new DateTimeOffset(2026, 12, 1, 9, 0, 0, TimeSpan.FromHours(5.5)));

    [Fact]
    public void AMailHasTheHeadersThatItNeedsAndNoOthers() => Assert.Equal(
        """
        From: "Asha Rao via ChaturMail"
         <no-reply@chaturmail.example>
        Reply-To: asha@example.com
        To: maria.lopez@example.com
        Subject: The report
        Date: Tue, 01 Dec 2026 03:30:00 +0000
        Message-ID: <6b018b08c371b1bcac5105a3-1@chaturmail.example>
        MIME-Version: 1.0
        Content-Type: text/plain; charset=utf-8
        Content-Transfer-Encoding: 7bit

        Dear Maria,
        here it is.

        """.ReplaceLineEndings("\r\n"), Text(Letter with { ReplyTo = new Mailbox("", "asha@example.com") }));

    [Theory]
    [InlineData("Grüße aus Köln, ein ziemlich langer Betreff, der in eine Zeile nicht passt und umgebrochen wird")]
    [InlineData("नमस्ते, आपकी रिपोर्ट तैयार है और अब आप उसे देख सकते हैं, कृपया देर न करें")]
    [InlineData("👩‍👩‍👧‍👦👩‍👩‍👧‍👦👩‍👩‍👧‍👦👩‍👩‍👧‍👦👩‍👩‍👧‍👦👩‍👩‍👧‍👦")]
    [InlineData("=?utf-8?B?bm90IGFuIGVuY29kZWQgd29yZA==?=")]
    [InlineData("A subject of plain words that is much too long to stand in one line of seventy-eight characters, and so is encoded")]
    public void ASubjectComesBackAsItWasWrittenInShortLines(string subject)
    {
        var text = Text(Letter with { Subject = subject });
        Assert.All(text.Split("\r\n"), line => Assert.True(line.Length <= 78, line));
        Assert.True(Ascii.IsValid(text));
        var header = text[text.IndexOf("Subject: ", StringComparison.Ordinal)..text.IndexOf("Date: ", StringComparison.Ordinal)];
        var words = header["Subject: ".Length..].Split("\r\n", StringSplitOptions.RemoveEmptyEntries).Select(word => word.Trim());
        Assert.Equal(subject, string.Concat(words.Select(word => Encoding.UTF8.GetString(Convert.FromBase64String(word["=?utf-8?B?".Length..^"?=".Length])))));
    }

    [Theory]
    [InlineData("Café =\ttab \nnext line with a blank at its end \n.dot\nFrom here\n")]
    [InlineData("A line that is a good deal longer than the seventy-six characters that quoted-printable text may have, and so is broken softly.\n")]
    [InlineData("बहुत से अक्षर\n")]
    [InlineData("\n\n")]
    [InlineData("no end")]
    public void ATextComesBackAsItWasWritten(string text)
    {
        var written = Text(Letter with { Text = text });
        var head = written[..written.IndexOf("\r\n\r\n", StringComparison.Ordinal)];
        var body = written[(head.Length + 4)..];
        Assert.All(body.Split("\r\n"), line => Assert.True(line.Length <= 76, line));
        Assert.True(Ascii.IsValid(body));
        Assert.Equal(text.TrimEnd('\n') + "\n", Decode(head, body).ReplaceLineEndings("\n"));
    }

    [Fact]
    public void PicturesGoWithItWhateverTheirNamesHold()
    {
        var picture = Enumerable.Range(0, 200).Select(i => (byte)i).ToArray();
        var text = Text(Letter with { Attachments = [new MailAttachment("../a\"b.png", "image/png", picture), new MailAttachment("Büro.png", "image/png", picture)] });
        Assert.Contains("filename=\".._a_b.png\"\r\n", text, StringComparison.Ordinal);
        Assert.Contains("filename*=utf-8''B%C3%BCro.png\r\n", text, StringComparison.Ordinal);
        Assert.All(text.Split("\r\n"), line => Assert.True(line.Length <= 78, line));
        Assert.All(text.Split("base64\r\n\r\n").Skip(1), part => Assert.Equal(picture, Convert.FromBase64String(part[..part.IndexOf("--", StringComparison.Ordinal)])));
        Assert.Equal(text, Text(Letter with { Attachments = [new MailAttachment("../a\"b.png", "image/png", picture), new MailAttachment("Büro.png", "image/png", picture)] }));
    }

    [Fact]
    public void NobodyWritesAPartOfTheirOwn()
    {
        var letter = Letter with { Attachments = [new MailAttachment("a.png", "image/png", [1, 2, 3])] };
        var boundary = Text(letter).Split("boundary=\"")[1].Split('"')[0];

        var text = Text(letter with { Text = $"Dear Maria,\n--{boundary}\nContent-Type: text/html\n\n<b>x</b>\n--{boundary}--\n" });

        Assert.Equal(2, text.Split("\r\n").Count(line => line == $"--{boundary}"));
        Assert.Equal(1, text.Split("\r\n").Count(line => line == $"--{boundary}--"));
        Assert.Contains($"\r\n--{boundary.Replace("=", "=3D", StringComparison.Ordinal)}\r\nContent-Type: text/html\r\n", text, StringComparison.Ordinal);
    }

    [Fact]
    public void NothingBecomesAHeader()
    {
        const string Evil = "x\r\nBcc: b@example.com";
        Assert.Throws<ArgumentException>(() => MailComposer.Compose(Letter with { Subject = Evil }));
        Assert.Throws<ArgumentException>(() => MailComposer.Compose(Letter with { To = [Evil] }));
        Assert.Throws<ArgumentException>(() => MailComposer.Compose(Letter with { MessageId = Evil }));
        Assert.Throws<ArgumentException>(() => MailComposer.Compose(Letter with { Unsubscribe = Evil }));
        Assert.Throws<ArgumentException>(() => MailComposer.Compose(Letter with { From = new Mailbox(Evil, "a@example.com") }));
        Assert.Throws<ArgumentException>(() => MailComposer.Compose(Letter with { ReplyTo = new Mailbox("", Evil) }));
        Assert.Throws<ArgumentException>(() => MailComposer.Compose(Letter with { Attachments = [new MailAttachment(Evil, "image/png", [])] }));
        Assert.Throws<ArgumentException>(() => MailComposer.Compose(Letter with { Attachments = [new MailAttachment("a", Evil, [])] }));
    }

    [Theory]
    [InlineData("maria.lopez@example.com", true)]
    [InlineData("maria+tag@sub.example.com", true)]
    [InlineData("jörg@example.com", true)]
    [InlineData("joe@bücher.example", true)]
    [InlineData("a@example.com, b@example.com", false)]
    [InlineData("a@example.com;b@example.com", false)]
    [InlineData("<a@example.com>", false)]
    [InlineData("A <a@example.com>", false)]
    [InlineData("\"a b\"@example.com", false)]
    [InlineData("a@[127.0.0.1]", false)]
    [InlineData("a@b@example.com", false)]
    [InlineData("a@example.com\r\nRCPT TO:<b@example.com>", false)]
    [InlineData("a@exa mple.com", false)]
    [InlineData("@example.com", false)]
    [InlineData("a@", false)]
    [InlineData("", false)]
    public void AnAddressIsAPlainOne(string text, bool isOne) => Assert.Equal(isOne, MailComposer.IsAddress(text));

    [Fact]
    public void ADomainBeyondAsciiIsWrittenInAscii() => Assert.Equal("joe@xn--bcher-kva.example", MailComposer.Ascii("joe@bücher.example"));

    private static string Text(ComposedMail mail) => Encoding.UTF8.GetString(MailComposer.Compose(mail).Span);

    private static string Decode(string head, string body)
    {
        if (head.Contains("base64", StringComparison.Ordinal)) return Encoding.UTF8.GetString(Convert.FromBase64String(body));
        if (!head.Contains("quoted-printable", StringComparison.Ordinal)) return body;
        var bytes = new List<byte>();
        var joined = body.Replace("=\r\n", "", StringComparison.Ordinal);
        for (var i = 0; i < joined.Length; i++)
        {
            if (joined[i] != '=')
            {
                bytes.Add((byte)joined[i]);
                continue;
            }

            bytes.Add(Convert.ToByte(joined.Substring(i + 1, 2), 16));
            i += 2;
        }

        return Encoding.UTF8.GetString([.. bytes]);
    }
}
