using System.Globalization;
using ChaturMail.Core.Identity;
using ChaturMail.Core.Identity.Firebase;
using ChaturMail.Tests.Support;

namespace ChaturMail.Tests.Contracts;

/// <summary>What every adapter of Firebase's users does, seen with the real Auth emulator.</summary>
public abstract class FirebaseIdentityContract(FirebaseEmulator emulator)
{
    /// <summary>The adapter for the emulator at a host and port.</summary>
    protected abstract (IIdentityVerifier Verifier, IIdentityDirectory Directory) Open(string host);

    [Fact]
    public async Task ATokenOfAUserIsVerifiedWithWhatItSays()
    {
        var (verifier, _) = Open(await emulator.HostAsync());
        var (uid, email, idToken) = await emulator.SignUpAsync();

        var who = Assert.IsType<VerificationResult.Verified>(await verifier.VerifyAsync(idToken, default)).Identity;

        Assert.Equal((uid, email, "Asha Rao", ""), (who.Uid, who.Email, who.Name, who.Picture));
        Assert.InRange(who.AuthTime, Now - 300, Now + 5);
        Assert.InRange(who.Expires, who.AuthTime + 3600, who.AuthTime + 3605);
    }

    [Fact]
    public async Task ATokenOfADisabledUserIsRejected()
    {
        var (verifier, _) = Open(await emulator.HostAsync());
        var (uid, _, idToken) = await emulator.SignUpAsync();
        await emulator.UpdateAsync(uid, "disableUser", true);

        Assert.IsType<VerificationResult.Rejected>(await verifier.VerifyAsync(idToken, default));
    }

    [Fact]
    public async Task ATokenFromBeforeARevocationIsRejected()
    {
        var (verifier, _) = Open(await emulator.HostAsync());
        var (uid, _, idToken) = await emulator.SignUpAsync();
        await emulator.UpdateAsync(uid, "validSince", (Now + 60).ToString(CultureInfo.InvariantCulture));

        Assert.IsType<VerificationResult.Rejected>(await verifier.VerifyAsync(idToken, default));
    }

    [Fact]
    public async Task ADeletedUserIsGoneAtFirebaseAndTheirTokenIsRejected()
    {
        var (verifier, directory) = Open(await emulator.HostAsync());
        var (uid, _, idToken) = await emulator.SignUpAsync();
        var (other, _, _) = await emulator.SignUpAsync();

        Assert.IsType<DeletionResult.Deleted>(await directory.DeleteAsync(uid, default));

        Assert.Equal((false, true), (await emulator.KnowsAsync(uid), await emulator.KnowsAsync(other)));
        Assert.IsType<VerificationResult.Rejected>(await verifier.VerifyAsync(idToken, default));
    }

    [Fact]
    public async Task DeletingAUserAgainOrOneWhoNeverWasDoesNoHarm()
    {
        var (_, directory) = Open(await emulator.HostAsync());
        var (uid, _, _) = await emulator.SignUpAsync();

        for (var i = 0; i < 2; i++) Assert.IsType<DeletionResult.Deleted>(await directory.DeleteAsync(uid, default));
        Assert.IsType<DeletionResult.Deleted>(await directory.DeleteAsync("nobody", default));
    }

    [Fact]
    public async Task ATokenOfAnotherProjectOrPastItsTimeIsRejected()
    {
        var (verifier, _) = Open(await emulator.HostAsync());
        var (uid, _, _) = await emulator.SignUpAsync();
        var now = DateTimeOffset.FromUnixTimeSeconds(Now);

        foreach (var change in new (string Claim, System.Text.Json.Nodes.JsonNode Value)[]
        {
            ("aud", "another"), ("iss", "https://securetoken.google.com/another"), ("exp", Now - 400), ("sub", ""), ("auth_time", "yesterday"),
        })
        {
            var claims = TestTokens.FirebaseClaims(now, claims =>
            {
                claims["sub"] = uid;
                claims[change.Claim] = change.Value;
            });
            Assert.IsType<VerificationResult.Rejected>(await verifier.VerifyAsync(TestTokens.NotSigned(claims), default));
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("no token")]
    [InlineData("a.b.c")]
    [InlineData("%%%.%%%.%%%")]
    [InlineData("eyJhbGciOiJub25lIn0.bm90IGpzb24.")]
    [InlineData("eyJhbGciOiJub25lIn0.W10.")]
    public async Task WhatIsNoTokenIsRejected(string text)
    {
        var (verifier, _) = Open(await emulator.HostAsync());
        Assert.IsType<VerificationResult.Rejected>(await verifier.VerifyAsync(text, default));
    }

    private static long Now => TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();
}

public sealed class RestFirebaseIdentityTests(FirebaseEmulator emulator) : FirebaseIdentityContract(emulator)
{
    protected override (IIdentityVerifier Verifier, IIdentityDirectory Directory) Open(string host)
    {
        var users = IdentityToolkit.OfEmulator(host, TestTokens.Project, new HttpClient(), TimeProvider.System);
        return (new RevocationCheck(new EmulatorTokenVerifier(TestTokens.Project, TimeProvider.System), users), users);
    }
}
