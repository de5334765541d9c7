using System.Security.Cryptography;
using System.Text;
using ChaturMail.Core.Identity;
using ChaturMail.Core.Identity.Local;
using ChaturMail.Tests.Support;
using Microsoft.AspNetCore.Identity;

namespace ChaturMail.Tests.Unit.Identity;

/// <summary>Passwords, addresses and ID tokens of accounts that are kept here.</summary>
public sealed class LocalIdentityTests
{
    private const string Key = "kJ8vQ2mZx7Lr4Tn9Wb3Yc6Hd1Fg5Ps0A";

    private static readonly LocalAccount Account = new("local-abc", "asha.rao@example.com", "Asha Rao", "hash", default, default(DateTimeOffset));

    [Theory]
    [InlineData("rain on the tin roof")]
    [InlineData("Kr7!vPz2")]
    [InlineData("बारिश की बूँदें")]
    [InlineData("🐘🦚🌧️🥭🪔🛕🎋🧵")]
    [InlineData("asha.rao and her seven brothers")]
    [InlineData("        a blank b        ")]
    public void APasswordThatNobodyGuessesIsTaken(string password) => Assert.Null(Problem(password));

    [Theory]
    [InlineData("Kr7!vPz", "at least 8")]
    [InlineData("🐘🦚🌧🥭🪔🛕🎋", "at least 8")]
    [InlineData("password", "most common")]
    [InlineData("PassWord", "most common")]
    [InlineData("1qaz2wsx", "most common")]
    [InlineData("trustno1", "most common")]
    [InlineData("princess2024", "most common")]
    [InlineData("!!Sunshine!", "most common")]
    [InlineData("zzzzzzzzzzzz", "repeats")]
    [InlineData("kvkvkvkvkvkv", "repeats")]
    [InlineData("kx9vkx9vkx9v", "repeats")]
    [InlineData("ghijklmnop", "row")]
    [InlineData("lkjhgfdsa098", "row")]
    [InlineData("zxcvbnm,1234", "row")]
    [InlineData("asha.rao@example.com", "address")]
    [InlineData("Asha.Rao2024", "address")]
    [InlineData("chaturmail!1", "address")]
    public void APasswordThatIsGuessedFirstIsRefused(string password, string why) => Assert.Contains(why, Problem(password), StringComparison.Ordinal);

    [Fact]
    public void TheListHoldsMoreThanTenThousandCommonPasswords() => Assert.True(PasswordRules.CommonCount > 10_000);

    [Fact]
    public void OnePasswordOfTwoKeyboardsIsTheSame() => Assert.Equal(PasswordRules.Normalize("caf\u00e9 noir"), PasswordRules.Normalize("cafe\u0301 noir"));

    [Fact]
    public void HalfASurrogatePairIsNoPassword() => Assert.Null(PasswordRules.Normalize("abc\ud83ddefgh"));

    [Theory]
    [InlineData("Asha.Rao+mail@Example.COM", "asha.rao+mail@example.com")]
    [InlineData("o'brien@mail.example.co.in", "o'brien@mail.example.co.in")]
    public void AnAddressHasOneForm(string text, string email) => Assert.Equal((true, email), (LocalAccount.TryNormalize(text, out var form), form));

    [Theory]
    [InlineData("asha")]
    [InlineData("asha@")]
    [InlineData("@example.com")]
    [InlineData("a@b@example.com")]
    [InlineData("Asha <asha@example.com>")]
    [InlineData("asha@example.com\r\nBcc: x@example.com")]
    [InlineData("asha@example.com,x@example.com")]
    [InlineData("asha@[127.0.0.1]")]
    [InlineData("äsha@example.com")]
    [InlineData("\"a b\"@example.com")]
    public void WhatIsNoAddressIsRefused(string text) => Assert.False(LocalAccount.TryNormalize(text, out _));

    [Fact]
    public async Task HashesAreMadeAsIsRecommendedTodayAndWeakerOnesAreFoundOut()
    {
        using var hashing = new PasswordHashing(PasswordHashing.DefaultHasher());
        var hash = (await hashing.HashAsync("rain on the tin roof", TestContext.Current.CancellationToken))!;
        // The framework's version 3: HMAC-SHA512, the iterations, a salt of 16 bytes.
        Assert.Equal("01000000020003345000000010", Convert.ToHexString(Convert.FromBase64String(hash).AsSpan(0, 13)));
        Assert.Equal(PasswordCheck.Good, await CheckAsync(hash, "rain on the tin roof"));
        Assert.Equal(PasswordCheck.Wrong, await CheckAsync(hash, "rain on the tin root"));

        var old = new PasswordHasher<LocalAccount>(Microsoft.Extensions.Options.Options.Create(new PasswordHasherOptions { IterationCount = 1000 }));
        Assert.Equal(PasswordCheck.GoodButOld, await CheckAsync(old.HashPassword(Account, "rain on the tin roof"), "rain on the tin roof"));
        Assert.Equal(PasswordCheck.Wrong, await hashing.CheckAsync(null, "rain on the tin roof", TestContext.Current.CancellationToken));

        Task<PasswordCheck> CheckAsync(string held, string password) =>
            hashing.CheckAsync(Account with { PasswordHash = held }, password, TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task MorePasswordsThanCanBeLookedAtAtOnceAreToldToComeAgain()
    {
        using var held = new HeldHasher();
        using var hashing = new PasswordHashing(held) { LongestWait = TimeSpan.Zero };
        var cancellation = TestContext.Current.CancellationToken;
        var looking = Enumerable.Range(0, PasswordHashing.AtOnce)
            .Select(_ => Task.Factory.StartNew(() => hashing.HashAsync("a", cancellation), cancellation, TaskCreationOptions.LongRunning, TaskScheduler.Default).Unwrap())
            .ToList();
        for (var i = 0; i < PasswordHashing.AtOnce; i++) await held.Entered.WaitAsync(cancellation);

        Assert.Null(await hashing.HashAsync("b", cancellation));
        Assert.Equal(PasswordCheck.Busy, await hashing.CheckAsync(Account, "b", cancellation));
        Assert.Equal(PasswordCheck.Busy, await hashing.CheckAsync(null, "b", cancellation));

        held.Gate.Set();
        Assert.All(await Task.WhenAll(looking), Assert.NotNull);
        Assert.NotNull(await hashing.HashAsync("b", cancellation));
    }

    [Fact]
    public void ATokenIsGoodForFiveMinutes()
    {
        var time = new ManualTimeProvider(1_795_000_000);
        var tokens = new LocalIdTokens(new DerivedKeys(Key, []), time);
        var (token, expires) = tokens.Issue(Account);
        Assert.True(LocalIdTokens.IsOne(token));
        Assert.Equal((Account.Uid, LocalIdTokens.Fingerprint(Account), 1_795_000_000, expires.ToUnixTimeSeconds()), tokens.Read(token));
        time.Advance(LocalIdTokens.Lifetime - TimeSpan.FromSeconds(1));
        Assert.NotNull(tokens.Read(token));
        time.Advance(TimeSpan.FromSeconds(1));
        Assert.Null(tokens.Read(token));
    }

    [Fact]
    public void ATokenOfAKeyFromBeforeIsGoodAndOneOfAnotherIsNot()
    {
        var time = new ManualTimeProvider(1_795_000_000);
        var (token, _) = new LocalIdTokens(new DerivedKeys(Key, []), time).Issue(Account);
        Assert.NotNull(new LocalIdTokens(new DerivedKeys("another key of the server, 32 bytes", [Key]), time).Read(token));
        Assert.Null(new LocalIdTokens(new DerivedKeys("another key of the server, 32 bytes", []), time).Read(token));
        Assert.Null(new LocalIdTokens(new DerivedKeys(Key, []), time).Read(token[..^2] + (token[^2] == 'A' ? "BA" : "AA")));
    }

    [Fact]
    public void NeitherTokenPassesForTheOther()
    {
        var time = new ManualTimeProvider(1_795_000_000);
        var (identities, sessions) = (new LocalIdTokens(new DerivedKeys(Key, []), time), new SessionTokens(Key, time));
        var (identity, session) = (identities.Issue(Account).Token, sessions.Issue(Account.Uid, Account.Email, "6b018b08c371b1bcac5105a2"));
        Assert.IsType<SessionVerification.Invalid>(sessions.Verify(identity));
        Assert.Null(identities.Read(session));
        Assert.False(LocalIdTokens.IsOne(session));
        // Nor with the other's header, for the keys are two.
        var claims = identity.Split('.')[1];
        Assert.IsType<SessionVerification.Invalid>(sessions.Verify(Signed(session.Split('.')[0], claims, HKDF.DeriveKey(
            HashAlgorithmName.SHA256, Encoding.UTF8.GetBytes(Key), 32, info: "chaturmail local id token"u8.ToArray()))));
        Assert.Null(identities.Read(Signed(identity.Split('.')[0], claims, Encoding.UTF8.GetBytes(Key))));
    }

    private sealed class HeldHasher : IPasswordHasher<LocalAccount>, IDisposable
    {
        public ManualResetEventSlim Gate { get; } = new();

        public SemaphoreSlim Entered { get; } = new(0);

        public string HashPassword(LocalAccount user, string password)
        {
            Entered.Release();
            Gate.Wait(TimeSpan.FromSeconds(30));
            return password;
        }

        public PasswordVerificationResult VerifyHashedPassword(LocalAccount user, string hashedPassword, string providedPassword) =>
            PasswordVerificationResult.Success;

        public void Dispose()
        {
            Gate.Dispose();
            Entered.Dispose();
        }
    }

    private static string Signed(string header, string claims, byte[] key) =>
        $"{header}.{claims}.{System.Buffers.Text.Base64Url.EncodeToString(HMACSHA256.HashData(key, Encoding.ASCII.GetBytes($"{header}.{claims}")))}";

    private static string? Problem(string password) => new PasswordRules(new LocalIdentityOptions()).Problem(password, "asha.rao@example.com");
}
