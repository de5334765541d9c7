using System.Text;
using ChaturMail.Core.Mail;
using ChaturMail.Tests.Support;

namespace ChaturMail.Tests.Contracts;

/// <summary>What every relay promises.</summary>
public abstract class MailRelayContract
{
    private protected static readonly MailEnvelope Envelope = new("bounces@chaturmail.example", "maria.lopez@example.com");

    private protected static readonly byte[] Mail = Encoding.UTF8.GetBytes("From: a@example.com\r\nSubject: s\r\n\r\nOne\r\n.two\r\n..\r\nEnd\r\n");

    [Fact]
    public async Task AMailArrivesAsItIsAfterItWasAskedWhetherItMay()
    {
        var (relay, received) = await StartAsync();
        var asked = 0;
        Assert.IsType<HandOver.Accepted>(await relay.HandOverAsync(Envelope, Mail, _ => Task.FromResult(++asked == 1), TestContext.Current.CancellationToken));
        var mail = await received();
        Assert.EndsWith("Subject: s\n\nOne\n.two\n..\nEnd\n", mail, StringComparison.Ordinal);
        Assert.Equal(1, asked);
    }

    [Fact]
    public async Task AMailThatIsTakenBackArrivesNowhere()
    {
        var (relay, received) = await StartAsync();
        Assert.IsType<HandOver.TakenBack>(await relay.HandOverAsync(Envelope, Mail, _ => Task.FromResult(false), TestContext.Current.CancellationToken));
        await Assert.ThrowsAsync<InvalidOperationException>(
            () => relay.HandOverAsync(Envelope, Mail, _ => throw new InvalidOperationException(), TestContext.Current.CancellationToken));
        // The next one is the first that arrives.
        var last = Encoding.UTF8.GetBytes("Subject: last\r\n\r\nText\r\n");
        Assert.IsType<HandOver.Accepted>(await relay.HandOverAsync(Envelope, last, _ => Task.FromResult(true), TestContext.Current.CancellationToken));
        Assert.EndsWith("Subject: last\n\nText\n", await received(), StringComparison.Ordinal);
    }

    /// <summary>A relay, and what waits for the only mail that arrives by it; lines ended by <c>\n</c>.</summary>
    private protected abstract Task<(IMailRelay Relay, Func<Task<string>> Received)> StartAsync();
}

public sealed class FolderRelayTests : MailRelayContract, IDisposable
{
    private readonly TextFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private protected override Task<(IMailRelay Relay, Func<Task<string>> Received)> StartAsync() => Task.FromResult<(IMailRelay, Func<Task<string>>)>((
        new FolderRelay(_folder.Path, TimeProvider.System),
        async () => (await File.ReadAllTextAsync(Assert.Single(Directory.GetFiles(_folder.Path, "*.eml")))).ReplaceLineEndings("\n")));
}

public sealed class SmtpRelayTests : MailRelayContract, IAsyncLifetime
{
    private readonly List<IAsyncDisposable> _servers = [];

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        foreach (var server in _servers) await server.DisposeAsync();
    }

    [Theory]
    [InlineData("", ScriptedSmtpServer.Drop)]
    [InlineData("", ScriptedSmtpServer.Silence)]
    [InlineData("", "this is no mail server")]
    [InlineData("", "421 4.3.2 not now")]
    [InlineData("EHLO", ScriptedSmtpServer.Drop)]
    [InlineData("EHLO", "451 later")]
    [InlineData("MAIL", ScriptedSmtpServer.Drop)]
    [InlineData("MAIL", "452 4.3.1 full")]
    [InlineData("RCPT", ScriptedSmtpServer.Drop)]
    [InlineData("RCPT", ScriptedSmtpServer.Silence)]
    [InlineData("RCPT", "451 4.7.1 greylisted")]
    [InlineData("DATA", ScriptedSmtpServer.Drop)]
    [InlineData("DATA", ScriptedSmtpServer.Silence)]
    [InlineData("DATA", "451 later")]
    [InlineData(".", "451 4.3.0 not taken")]
    [InlineData(".", "421 4.3.2 going down")]
    public async Task UntilTheServerHasItAMailIsNowhereAndMayBeTriedAgain(string command, string answer)
    {
        var server = Server((command, answer));
        var deferred = Assert.IsType<HandOver.Deferred>(await SendAsync(server));
        Assert.DoesNotContain("example.com", deferred.Reason, StringComparison.Ordinal);
        Assert.Equal(answer[0] == '4', deferred.Reply is not null);
    }

    [Theory]
    [InlineData(ScriptedSmtpServer.Drop)]
    [InlineData(ScriptedSmtpServer.Silence)]
    [InlineData("what?")]
    [InlineData("99 no code")]
    public async Task WithoutAnAnswerToTheLastDotNobodyKnows(string answer)
    {
        var server = Server((".", answer));
        Assert.IsType<HandOver.Uncertain>(await SendAsync(server));
        Assert.Single(server.Mails);
    }

    [Theory]
    [InlineData("", "554 no service", false)]
    [InlineData("EHLO", "550 not you", false)]
    [InlineData("MAIL", "530 5.7.0 sign in first", false)]
    [InlineData("MAIL", "550 5.1.8 sender", false)]
    [InlineData("MAIL", "553 5.7.1 not yours", false)]
    [InlineData("MAIL", "552 5.3.4 too large", true)]
    [InlineData("RCPT", "550 5.1.1 no such user", true)]
    [InlineData("DATA", "554 5.5.1 no", true)]
    [InlineData(".", "554 5.7.1 spam", true)]
    public async Task ARefusalForGoodSaysWhetherItIsOfThisMail(string command, string answer, bool ofTheMail)
    {
        var refused = Assert.IsType<HandOver.Refused>(await SendAsync(Server((command, answer))));
        Assert.Equal((ofTheMail, int.Parse(answer[..3], System.Globalization.CultureInfo.InvariantCulture)), (refused.IsOfTheMail, refused.Reply.Code));
        if (command == "RCPT") Assert.Equal(("5.1.1", "no such user"), (refused.Reply.Status, refused.Reply.Text));
    }

    [Fact]
    public async Task WhatAServerSaysIsBoundedAndCleaned()
    {
        var words = string.Join("\r\n", Enumerable.Range(0, 50).Select(_ => "550-5.1.1 " + new string('x', 100) + "\u0007\u202e")) + "\r\n550 5.1.1 end";
        var refused = Assert.IsType<HandOver.Refused>(await SendAsync(Server(("RCPT", words))));
        Assert.Equal((SmtpReply.LongestText, "5.1.1"), (refused.Reply.Text.Length, refused.Reply.Status));
        Assert.DoesNotContain(refused.Reply.Text, c => char.IsControl(c) || c == '\u202e');
        // Answers that never end are left.
        Assert.IsType<HandOver.Deferred>(await SendAsync(Server(("RCPT", string.Concat(Enumerable.Repeat("250-more\r\n", 500)) + "250 end"))));
        Assert.IsType<HandOver.Deferred>(await SendAsync(Server(("RCPT", "250 " + new string('x', 10_000)))));
    }

    [Fact]
    public async Task AMailThatIsTooLargeOrAnAddressThatTheServerCannotReadIsRefusedBeforeItIsSent()
    {
        var small = Server(("EHLO", "250-here\r\n250-SIZE 20\r\n250 8BITMIME"));
        Assert.Equal("5.3.4", Assert.IsType<HandOver.Refused>(await SendAsync(small)).Reply.Status);
        Assert.DoesNotContain(small.Commands, line => line.StartsWith("MAIL", StringComparison.Ordinal));

        var ascii = Server();
        Assert.Equal("5.6.7", Assert.IsType<HandOver.Refused>(await SendAsync(ascii, Envelope with { Recipient = "jörg@example.com" })).Reply.Status);

        // Or an address of another recipient's, in the headers.
        Assert.Equal("5.6.7", Assert.IsType<HandOver.Refused>(await SendAsync(ascii, mail: "To: jörg@example.com\r\n\r\nText\r\n")).Reply.Status);

        var utf8 = Server(("EHLO", "250-here\r\n250-SMTPUTF8\r\n250 SIZE 100000"));
        Assert.IsType<HandOver.Accepted>(await SendAsync(utf8, Envelope with { Recipient = "jörg@example.com" }));
        Assert.Contains($"MAIL FROM:<{Envelope.Sender}> SIZE={Mail.Length} BODY=8BITMIME SMTPUTF8", utf8.Commands);
    }

    [Fact]
    public async Task NothingThatAnAddressHoldsBecomesACommand()
    {
        var server = Server();
        await Assert.ThrowsAsync<InvalidOperationException>(() => SendAsync(server, Envelope with { Recipient = "a@example.com>\r\nRCPT TO:<b@example.com" }));
        Assert.DoesNotContain(server.Commands, line => line.StartsWith("RCPT", StringComparison.Ordinal));
    }

    [Fact]
    public async Task SigningInIsByPlainOrByLogin()
    {
        var plain = Server(("EHLO", "250-here\r\n250 AUTH LOGIN PLAIN"), ("AUTH", "235 in"));
        Assert.IsType<HandOver.Accepted>(await SendAsync(plain, change: o => (o.UserName, o.Password) = ("u", "p")));
        Assert.Contains("AUTH PLAIN AHUAcA==", plain.Commands);

        var login = Server(("EHLO", "250-here\r\n250 AUTH LOGIN"), ("AUTH", "334 VXNlcm5hbWU6"), ("DQ==", "334 UGFzc3dvcmQ6"), ("CA==", "235 in"));
        // The commands are the name and the password themselves, in upper case as the script reads them.
        Assert.IsType<HandOver.Accepted>(await SendAsync(login, change: o => (o.UserName, o.Password) = ("\r", "\b")));

        Assert.IsType<HandOver.Deferred>(await SendAsync(Server(), change: o => (o.UserName, o.Password) = ("u", "p")));
    }

    [Fact]
    public async Task WhatComesInTheClearAfterStartTlsIsNotBelieved()
    {
        var server = Server(("EHLO", "250-here\r\n250 STARTTLS"), ("STARTTLS", "220 go\r\n250 injected"));
        var deferred = Assert.IsType<HandOver.Deferred>(await SendAsync(server, change: o => o.Security = MailSecurity.StartTls));
        Assert.Contains("in the clear", deferred.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AfterTheLastDotTheAnswerIsWaitedForEvenWhenTheProcessStops()
    {
        var server = Server();
        using var stop = new CancellationTokenSource();
        var relay = new SmtpRelay(Settings(server.Port), TimeProvider.System) { AnswerTimeout = TimeSpan.FromSeconds(30) };
        Assert.IsType<HandOver.Accepted>(await relay.HandOverAsync(
            Envelope, Mail, async _ =>
            {
                await stop.CancelAsync();
                return true;
            }, stop.Token));
        Assert.Single(server.Mails);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => relay.HandOverAsync(Envelope, Mail, _ => Task.FromResult(true), stop.Token));
    }

    private protected override async Task<(IMailRelay Relay, Func<Task<string>> Received)> StartAsync()
    {
        var server = await MailServer.StartAsync();
        _servers.Add(server);
        return (new SmtpRelay(Settings(server.Port), TimeProvider.System), async () =>
        {
            var mail = await server.NextAsync();
            Assert.Equal((Envelope.Sender, Envelope.Recipient), (mail.From, Assert.Single(mail.To)));
            return mail.Headers + "\n\n" + mail.Text;
        }
        );
    }

    private ScriptedSmtpServer Server(params (string Command, string Answer)[] answers)
    {
        var server = new ScriptedSmtpServer(answers);
        _servers.Add(server);
        return server;
    }

    private static Task<HandOver> SendAsync(ScriptedSmtpServer server, MailEnvelope? envelope = null, Action<MailOptions>? change = null, string? mail = null)
    {
        var options = Settings(server.Port);
        change?.Invoke(options);
        return new SmtpRelay(options, TimeProvider.System) { AnswerTimeout = TimeSpan.FromSeconds(4) }
            .HandOverAsync(envelope ?? Envelope, mail is null ? Mail : Encoding.UTF8.GetBytes(mail), _ => Task.FromResult(true), TestContext.Current.CancellationToken);
    }

    // Short, for the servers that say nothing; long enough for those that answer, on a busy machine.
    private static MailOptions Settings(int port) => new() { Host = "127.0.0.1", Port = port, Security = MailSecurity.None, Timeout = TimeSpan.FromSeconds(4) };
}
