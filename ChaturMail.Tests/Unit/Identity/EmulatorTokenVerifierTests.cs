using ChaturMail.Core.Identity;
using ChaturMail.Core.Identity.Firebase;
using ChaturMail.Tests.Support;

namespace ChaturMail.Tests.Unit.Identity;

public sealed class EmulatorTokenVerifierTests
{
    // Both by the Authentication emulator of firebase-tools 15.34.2: accounts:signUp, and accounts:signInWithIdp with google.com.
    private const string PasswordToken =
        "eyJhbGciOiJub25lIiwidHlwIjoiSldUIn0.eyJlbWFpbCI6ImFubkBleGFtcGxlLmNvbSIsImVtYWlsX3ZlcmlmaWVkIjpmYWxzZSwiYXV0aF90aW1lIjox"
        + "Nzk1MjYyNzc2LCJ1c2VyX2lkIjoiRmRZb093SXhYTTVVNmx2VHBYWFBnYjV6cXRaViIsImZpcmViYXNlIjp7ImlkZW50aXRpZXMiOnsiZW1haWwiOlsiYW5u"
        + "QGV4YW1wbGUuY29tIl19LCJzaWduX2luX3Byb3ZpZGVyIjoicGFzc3dvcmQifSwiaWF0IjoxNzk1MjYyNzc2LCJleHAiOjE3OTUyNjYzNzYsImF1ZCI6ImRl"
        + "bW8tY2hhdHVybWFpbCIsImlzcyI6Imh0dHBzOi8vc2VjdXJldG9rZW4uZ29vZ2xlLmNvbS9kZW1vLWNoYXR1cm1haWwiLCJzdWIiOiJGZFlvT3dJeFhNNVU2"
        + "bHZUcFhYUGdiNXpxdFpWIn0.";

    private const string GoogleToken =
        "eyJhbGciOiJub25lIiwidHlwIjoiSldUIn0.eyJuYW1lIjoiQm9iIEIiLCJwaWN0dXJlIjoiaHR0cDovLzEyNy4wLjAuMS9wLnBuZyIsImVtYWlsIjoiYm9i"
        + "QGV4YW1wbGUuY29tIiwiZW1haWxfdmVyaWZpZWQiOnRydWUsImF1dGhfdGltZSI6MTc5NTI2Mjc3NiwidXNlcl9pZCI6Ik9EbklpQktDaUFPU2IxQ3NsQWJY"
        + "TzBPaldnUnMiLCJmaXJlYmFzZSI6eyJpZGVudGl0aWVzIjp7ImVtYWlsIjpbImJvYkBleGFtcGxlLmNvbSJdLCJnb29nbGUuY29tIjpbImdvb2dsZS0xMjMi"
        + "XX0sInNpZ25faW5fcHJvdmlkZXIiOiJnb29nbGUuY29tIn0sImlhdCI6MTc5NTI2Mjc3NiwiZXhwIjoxNzk1MjY2Mzc2LCJhdWQiOiJkZW1vLWNoYXR1cm1h"
        + "aWwiLCJpc3MiOiJodHRwczovL3NlY3VyZXRva2VuLmdvb2dsZS5jb20vZGVtby1jaGF0dXJtYWlsIiwic3ViIjoiT0RuSWlCS0NpQU9TYjFDc2xBYlhPME9q"
        + "V2dScyJ9.";

    private const long Issued = 1_795_262_776;

    private readonly ManualTimeProvider _time = new(Issued);
    private readonly EmulatorTokenVerifier _verifier;

    public EmulatorTokenVerifierTests() => _verifier = new EmulatorTokenVerifier(TestTokens.Project, _time);

    [Fact]
    public async Task ARealPasswordTokenIsAcceptedAndHasNoNameOrPicture() => Assert.Equal(
        new VerificationResult.Verified(
            new VerifiedIdentity("FdYoOwIxXM5U6lvTpXXPgb5zqtZV", "ann@example.com", "", "", Issued, Issued + 3600)),
        await VerifyAsync(PasswordToken));

    [Fact]
    public async Task ARealGoogleTokenIsAccepted() => Assert.Equal(
        new VerificationResult.Verified(new VerifiedIdentity(
            "ODnIiBKCiAOSb1CslAbXO0OjWgRs", "bob@example.com", "Bob B", "http://127.0.0.1/p.png", Issued, Issued + 3600)
        { EmailVerified = true }),
        await VerifyAsync(GoogleToken));

    [Fact]
    public async Task ARealTokenExpires()
    {
        _time.Advance(TimeSpan.FromMinutes(65) - TimeSpan.FromSeconds(1));
        Assert.IsType<VerificationResult.Verified>(await VerifyAsync(GoogleToken));
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.IsType<VerificationResult.Rejected>(await VerifyAsync(GoogleToken));
    }

    [Fact]
    public async Task ATokenOfAnotherProjectIsRefused() => Assert.IsType<VerificationResult.Rejected>(
        await new EmulatorTokenVerifier("another", _time).VerifyAsync(GoogleToken, CancellationToken.None));

    [Fact]
    public async Task ASignedTokenIsRefused()
    {
        var claims = TestTokens.FirebaseClaims(_time.GetUtcNow());

        Assert.IsType<VerificationResult.Verified>(await VerifyAsync(TestTokens.NotSigned(claims)));
        Assert.IsType<VerificationResult.Rejected>(await VerifyAsync(TestTokens.Rs256(TestTokens.Rfc7515Key, claims)));
        Assert.IsType<VerificationResult.Rejected>(await VerifyAsync(TestTokens.Hs256("key", claims)));
        Assert.IsType<VerificationResult.Rejected>(await VerifyAsync(TestTokens.NotSigned(claims) + "AAAA"));
    }

    [Theory]
    [InlineData("None"), InlineData("NONE"), InlineData("nOnE"), InlineData("")]
    public async Task AnotherSpellingOfNoneIsRefused(string algorithm) => Assert.IsType<VerificationResult.Rejected>(await VerifyAsync(
        TestTokens.Part($$"""{"alg":"{{algorithm}}"}""") + GoogleToken[GoogleToken.IndexOf('.', StringComparison.Ordinal)..]));

    private Task<VerificationResult> VerifyAsync(string token) => _verifier.VerifyAsync(token, CancellationToken.None);
}
