using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using ChaturMail.Core.Mail;
using ChaturMail.Tests.Support;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace ChaturMail.Tests.Api;

/// <summary>The product's own mail, at a real SMTP server.</summary>
public sealed class MailTests
{
    private static readonly MailMessage Letter = new(
        "asha.rao@example.com", "123456 is your code", "Your code is 123456.\n\n.A line that begins with a dot, and one = sign.\n",
        DateTimeOffset.MaxValue);

    [Theory]
    [InlineData("")]
    [InlineData("Äußerst नमस्ते\n")]
    public async Task AMailArrivesAsItWasWritten(string words)
    {
        await using var server = await MailServer.StartAsync();
        var letter = Letter with { Text = Letter.Text + words };

        await Smtp(server, o => o.FromName = "ChāturMail").SendAsync(letter, TestContext.Current.CancellationToken);

        var mail = await server.NextAsync();
        Assert.Equal(("no-reply@chaturmail.example", "asha.rao@example.com"), (mail.From, Assert.Single(mail.To)));
        Assert.Equal((letter.Subject, letter.Text.TrimEnd(), "123456"), (mail.Subject, mail.Text.TrimEnd(), mail.Code));
        Assert.Equal("auto-generated", mail.Header("Auto-Submitted"));
        Assert.EndsWith("@chaturmail.example>", mail.Header("Message-ID"), StringComparison.Ordinal);
        Assert.NotEmpty(mail.Header("Date"));
    }

    [Fact]
    public async Task ItSignsInWhereTheServerWantsItAndAWrongPasswordIsARefusal()
    {
        await using var server = await MailServer.StartAsync(("mailer", "pass word"));

        await Smtp(server, o => (o.UserName, o.Password) = ("mailer", "pass word")).SendAsync(Letter, TestContext.Current.CancellationToken);
        Assert.Equal("mailer", (await server.NextAsync()).User);

        await Assert.ThrowsAsync<MailRefusedException>(
            () => Smtp(server, o => (o.UserName, o.Password) = ("mailer", "wrong")).SendAsync(Letter, TestContext.Current.CancellationToken));
        Assert.Equal(535, await server.NextRefusalAsync());
    }

    [Fact]
    public async Task WithStartTlsNothingIsSentInTheClearOrToAStranger()
    {
        await using var plain = await MailServer.StartAsync(("mailer", "secret"));
        await using var stranger = await MailServer.StartAsync(("mailer", "secret"), Certificate());
        foreach (var server in new[] { plain, stranger })
        {
            var smtp = Smtp(server, o => (o.UserName, o.Password, o.Security) = ("mailer", "secret", MailSecurity.StartTls));
            await Assert.ThrowsAsync<IOException>(() => smtp.SendAsync(Letter, TestContext.Current.CancellationToken));
            Assert.False(server.HasMore);
        }
    }

    [Fact]
    public async Task AMailGoesEncryptedToAServerWhoseCertificateIsTrusted()
    {
        var certificate = Certificate();
        await using var server = await MailServer.StartAsync(("mailer", "secret"), certificate);
        using var folder = new TextFolder();
        folder.Write("ca.pem", certificate.Certificate);
        var (process, client) = await ProductProcess.StartApiAsync(
            folder.Path, ("Mail__Host", "localhost"), ("Mail__Port", $"{server.Port}"), ("Mail__UserName", "mailer"), ("Mail__Password", "secret"), ("Mail__Security", "StartTls"),
            ("SSL_CERT_FILE", Path.Combine(folder.Path, "ca.pem")), ("SSL_CERT_DIR", folder.Path));
        await using var _ = process;
        using var __ = client;

        await client.PostAsync("/auth/register", new { email = "asha.rao@example.com", password = "rain on the tin roof" });

        var mail = await server.NextAsync();
        Assert.Equal((true, "mailer"), (mail.Secure, mail.User));
    }

    [Fact]
    public async Task WhatIsRefusedForNowIsTriedAgainAndWhatIsRefusedForGoodIsNot()
    {
        await using var server = await MailServer.StartAsync();
        await server.AnswerAsync(451, 550);
        var log = new LogSink();
        using var loggers = new LoggerFactory([log]);
        using var outbox = new MailOutbox(Smtp(server), TimeProvider.System, loggers.CreateLogger<MailOutbox>()) { RestAfterFailure = TimeSpan.FromMilliseconds(1) };
        await outbox.StartAsync(TestContext.Current.CancellationToken);

        Assert.True(outbox.TryAdd(Letter));
        Assert.Equal(451, await server.NextRefusalAsync());
        Assert.Equal(550, await server.NextRefusalAsync());
        // The next one is answered with 250: if the refused one came again, it would come before this.
        Assert.True(outbox.TryAdd(Letter with { Subject = "another" }));

        Assert.Equal("another", (await server.NextAsync()).Subject);
        await outbox.StopAsync(TestContext.Current.CancellationToken);
        Assert.False(server.HasMore);
        Assert.Equal(2, log.Lines.Count(line => line.StartsWith("Warning", StringComparison.Ordinal)));
        Assert.DoesNotContain(log.Lines, line => line.Contains("example.com", StringComparison.Ordinal) || line.Contains("123456", StringComparison.Ordinal));
    }

    [Fact]
    public async Task AMailThatWasRefusedForNowArrivesLater()
    {
        await using var server = await MailServer.StartAsync();
        await server.AnswerAsync(451, 451);
        using var outbox = new MailOutbox(Smtp(server), TimeProvider.System, NullLogger<MailOutbox>.Instance) { RestAfterFailure = TimeSpan.FromMilliseconds(1) };
        await outbox.StartAsync(TestContext.Current.CancellationToken);

        Assert.True(outbox.TryAdd(Letter));

        Assert.Equal(Letter.Subject, (await server.NextAsync()).Subject);
        await outbox.StopAsync(TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task AServerThatNeverAnswersIsNotWaitedForLongerThanTheTimeout()
    {
        await using var silent = await MailServer.StartAsync(silent: true);
        using var mute = new TcpListener(IPAddress.Loopback, 0); // Takes connections, and says not even hello.
        mute.Start();
        foreach (var port in new[] { silent.Port, ((IPEndPoint)mute.LocalEndpoint).Port })
        {
            var smtp = Smtp(silent, o => (o.Port, o.Timeout) = (port, TimeSpan.FromSeconds(1)));
            var problem = await Assert.ThrowsAnyAsync<IOException>(() => smtp.SendAsync(Letter, TestContext.Current.CancellationToken));
            Assert.IsNotType<MailRefusedException>(problem);
        }
    }

    [Fact]
    public async Task AServerThatIsAwayIsAFailureForNow()
    {
        await using var server = await MailServer.StartAsync();
        var smtp = Smtp(server, o => o.Port = ProductProcess.FreePort());
        Assert.IsNotType<MailRefusedException>(
            await Assert.ThrowsAnyAsync<IOException>(() => smtp.SendAsync(Letter, TestContext.Current.CancellationToken)));
    }

    [Theory]
    [InlineData("a@example.com\r\nBcc: b@example.com", "s")]
    [InlineData("a@example.com, b@example.com", "s")]
    [InlineData("A <a@example.com>", "s")]
    [InlineData("no address", "s")]
    [InlineData("a@example.com", "s\r\nBcc: b@example.com")]
    [InlineData("a@example.com", "s\nX: y")]
    public async Task NothingBecomesAHeaderOrASecondRecipient(string to, string subject)
    {
        // Refused before there is a connection: the port is nobody's.
        var smtp = new SmtpMail(new MailOptions { Host = "127.0.0.1", Port = 1 }, TimeProvider.System);
        await Assert.ThrowsAsync<MailRefusedException>(
            () => smtp.SendAsync(Letter with { To = to, Subject = subject }, TestContext.Current.CancellationToken));
    }

    [Fact]
    public void SettingsThatCannotWorkAreTold()
    {
        Assert.Empty(new MailOptions().Validate());
        Assert.Empty(new MailOptions { Host = "smtp.example.com", From = "a@example.com", UserName = "u", Password = "p" }.Validate());
        Assert.Empty(new MailOptions { Host = "127.0.0.1", Security = MailSecurity.None, UserName = "u", Password = "p" }.Validate());
        AssertProblem("Mail:Security", new MailOptions { Host = "smtp.example.com", From = "a@example.com", Security = MailSecurity.None, UserName = "u" });
        AssertProblem("Mail:From", new MailOptions { Host = "smtp.example.com" });
        AssertProblem("Mail:From", new MailOptions { From = "a@example.com\r\nBcc: x@example.com" });
        AssertProblem("Mail:FromName", new MailOptions { FromName = "a\nb" });
        AssertProblem("Mail:Port", new MailOptions { Port = 465 });
        AssertProblem("Mail:Port", new MailOptions { Port = 0 });
        AssertProblem("Mail:Host", new MailOptions { Host = "not a host", From = "a@example.com" });
        AssertProblem("Mail:Timeout", new MailOptions { Timeout = TimeSpan.Zero });

        static void AssertProblem(string key, MailOptions options) => Assert.StartsWith(key, Assert.Single(options.Validate()), StringComparison.Ordinal);
    }

    private static SmtpMail Smtp(MailServer server, Action<MailOptions>? change = null)
    {
        var options = new MailOptions { Host = "127.0.0.1", Port = server.Port, Security = MailSecurity.None, From = "no-reply@chaturmail.example" };
        change?.Invoke(options);
        return new SmtpMail(options, TimeProvider.System);
    }

    private static (string Key, string Certificate) Certificate()
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("localhost");
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        var now = TimeProvider.System.GetUtcNow();
        using var certificate = request.CreateSelfSigned(now.AddDays(-1), now.AddDays(1));
        return (key.ExportPkcs8PrivateKeyPem(), certificate.ExportCertificatePem());
    }
}
