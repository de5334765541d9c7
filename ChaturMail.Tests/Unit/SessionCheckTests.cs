using ChaturMail.Core.Accounts;
using ChaturMail.Core.Identity;

namespace ChaturMail.Tests.Unit;

/// <summary>When an account stands by a token.</summary>
public sealed class SessionCheckTests
{
    private static readonly DateTimeOffset Now = DateTimeOffset.FromUnixTimeSeconds(1_750_000_000);

    private static readonly Session Live = new("s1", "Dart", "google", Now.AddDays(-1), Now, Now.AddDays(29), false);

    private static readonly User Account = new("6b018b08c371b1bcac5105a2", "u1", "a@example.com", "", "", 0, 0, 0, Now.AddDays(-1), false) { Sessions = [Live] };

    private static readonly SessionClaims Claims = new("u1", "a@example.com", Now.AddDays(-1), Now.AddDays(29), Account.Id, "t1") { SessionId = "s1" };

    private static readonly SessionClaims Legacy = new("u1", "a@example.com", Now, Now.AddDays(30), null, null) { LegacyId = "digest" };

    [Fact]
    public void ATokenIsGoodWhileItsSessionIs()
    {
        Assert.True(SessionCheck.IsGood(Claims, Account, Now, out var session));
        Assert.Same(Live, session);
        Assert.False(SessionCheck.IsGood(Claims, Account with { Sessions = [Live with { Id = "s2" }] }, Now, out _));
        Assert.True(SessionCheck.IsGood(Claims, Account, Live.Expires.AddTicks(-1), out _));
        Assert.False(SessionCheck.IsGood(Claims, Account, Live.Expires, out _));
        // "Sign out everywhere" takes the sessions away; one that began afterwards is not held against its moment.
        Assert.True(SessionCheck.IsGood(Claims, Account with { TokensValidFrom = Now }, Now, out _));
    }

    [Fact]
    public void ATokenOfAnEarlierAccountOfTheSamePersonIsNotGood()
    {
        Assert.False(SessionCheck.IsGood(Claims with { Subject = "6b018b08c371b1bcac5105ff" }, Account, Now, out _));
        Assert.False(SessionCheck.IsGood(Legacy, Account with { CreatedOn = Now.AddSeconds(61) }, Now, out _));
        Assert.True(SessionCheck.IsGood(Legacy, Account with { CreatedOn = Now.AddSeconds(60) }, Now, out _));
    }

    [Fact]
    public void ATokenWithoutASessionIsGoodUnlessItWasEnded()
    {
        Assert.True(SessionCheck.IsGood(Legacy, Account with { Sessions = [] }, Now, out var session));
        Assert.Null(session);
        Assert.False(SessionCheck.IsGood(Legacy, Account with { EndedTokens = new HashSet<string> { "digest" } }, Now, out _));
        Assert.True(SessionCheck.IsGood(Legacy, Account with { EndedTokens = new HashSet<string> { "another" } }, Now, out _));
    }

    [Theory]
    [InlineData(-61_000, true)] // Ended more than a minute before it was issued: clocks do not differ by so much.
    [InlineData(-60_000, false)]
    [InlineData(-1, false)]
    [InlineData(0, false)]
    [InlineData(999, false)] // Issued in the second in which they were ended: perhaps before.
    [InlineData(86_400_000, false)]
    public void WhenAllWereEndedAtOnceTheDoubtGoesAgainstTheToken(int endedAfterMilliseconds, bool good) => Assert.Equal(
        good, SessionCheck.IsGood(Legacy, Account with { TokensValidFrom = Now.AddMilliseconds(endedAfterMilliseconds) }, Now, out _));
}
