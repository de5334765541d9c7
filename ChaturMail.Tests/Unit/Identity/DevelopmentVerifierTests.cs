using ChaturMail.Core.Identity;
using ChaturMail.Core.Identity.Development;
using ChaturMail.Tests.Support;

namespace ChaturMail.Tests.Unit.Identity;

public sealed class DevelopmentVerifierTests
{
    private readonly DevelopmentVerifier _verifier = new(new ManualTimeProvider(1_750_000_000));

    [Fact]
    public async Task AnAddressIsProofEnough() => Assert.Equal(
        // printf %s asha.rao@example.com | sha256sum
        new VerificationResult.Verified(new VerifiedIdentity(
            "dev-f00fd4a89e84212b5eda5fe53095", "asha.rao@example.com", "Asha Rao", "", 1_750_000_000, 1_750_003_600)
        { EmailVerified = true }),
        await VerifyAsync("dev:asha.rao@example.com"));

    [Fact]
    public async Task TheSameAddressInAnyCaseIsTheSameUser()
    {
        Assert.Equal(await UidAsync("dev:asha.rao@example.com"), await UidAsync("dev:Asha.Rao@EXAMPLE.com"));
        Assert.NotEqual(await UidAsync("dev:asha.rao@example.com"), await UidAsync("dev:asha.rao@example.org"));
    }

    [Theory]
    [InlineData("asha@example.com", "Asha"), InlineData("asha_k-rao@example.com", "Asha K Rao")]
    [InlineData("asha+news@example.com", "Asha")]
    [InlineData("..@example.com", ""), InlineData("+x@example.com", ""), InlineData("user12@example.com", "User12")]
    [InlineData("aNN.oBrien@localhost", "ANN OBrien")]
    public async Task TheNameComesFromTheMailbox(string email, string name)
    {
        var identity = Assert.IsType<VerificationResult.Verified>(await VerifyAsync("dev:" + email)).Identity;

        Assert.Equal((email, name, ""), (identity.Email, identity.Name, identity.Picture));
    }

    [Theory]
    [InlineData(""), InlineData("dev:"), InlineData("dev:asha"), InlineData("asha@example.com"), InlineData("DEV:asha@example.com")]
    [InlineData("dev:@example.com"), InlineData("dev:asha@"), InlineData("dev:a@b@example.com"), InlineData("dev: asha@example.com")]
    [InlineData("dev:asha@example.com\n"), InlineData("dev:asha@example..com"), InlineData("dev:asha@-example.com")]
    [InlineData("dev:Asha <asha@example.com>")]
    [InlineData("dev:zoë@example.com"), InlineData(" dev:asha@example.com"), InlineData("dev:asha@example.com,b@example.com")]
    public async Task AMalformedTokenIsRefused(string token) => Assert.Equal(
        new VerificationResult.Rejected("The token is not dev: and an email address."), await VerifyAsync(token));

    [Fact]
    public async Task AnAddressHas254CharactersAtMost()
    {
        var domain = string.Join('.', Enumerable.Repeat(new string('d', 62), 4)); // 251 characters

        Assert.IsType<VerificationResult.Verified>(await VerifyAsync("dev:aa@" + domain));
        Assert.IsType<VerificationResult.Rejected>(await VerifyAsync("dev:aaa@" + domain));
        Assert.IsType<VerificationResult.Rejected>(await VerifyAsync($"dev:{new string('a', 65)}@example.com"));
    }

    private Task<VerificationResult> VerifyAsync(string token) => _verifier.VerifyAsync(token, CancellationToken.None);

    private async Task<string> UidAsync(string token) => Assert.IsType<VerificationResult.Verified>(await VerifyAsync(token)).Identity.Uid;
}
