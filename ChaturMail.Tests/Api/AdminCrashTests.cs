using ChaturMail.Core.Audit;
using ChaturMail.Core.Emails;
using ChaturMail.Core.Storage;
using ChaturMail.Core.Storage.Sqlite;
using ChaturMail.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace ChaturMail.Tests.Api;

/// <summary>The audit trail when something breaks between a line and its deed.</summary>
public sealed class AdminCrashTests : AdminApiTests
{
    private readonly Fault _fault = new();

    [Fact]
    public async Task ADeedThatBreaksHasItsLine()
    {
        _fault.OfUsers = true;
        Assert.Equal(500, (await PostAsync("disableUser", new { uid = Uid, reason = "spam" })).HttpStatus);

        Assert.Equal($"user.disable:{Uid}", await ActionsAsync());
        Assert.Equal(200, (await Client.PostAsync("/user/getUserData", new { }, Token)).HttpStatus);
        // Ordered again it comes about, and both orders stand there.
        _fault.OfUsers = false;
        await DoneAsync("disableUser", new { uid = Uid, reason = "spam" });
        Assert.Equal("account_disabled", (await Client.PostAsync("/user/getUserData", new { }, Token)).Code);
        Assert.Equal($"user.disable:{Uid} user.disable:{Uid}", await ActionsAsync());
    }

    [Theory]
    [InlineData("disableUser", """{"uid":"$","reason":"spam"}""")]
    [InlineData("setAdmin", """{"uid":"$","admin":true}""")]
    [InlineData("changeCoins", """{"uid":"$","coins":5,"reason":"gift"}""")]
    [InlineData("getUser", """{"uid":"$"}""")]
    [InlineData("findUsers", "{}")]
    [InlineData("getFeedback", "{}")]
    [InlineData("setBannerImage", """{"imageData":null}""")]
    [InlineData("withdrawPrompt", """{"id":"1"}""")]
    [InlineData("withdrawTutorial", """{"id":"02-coins"}""")]
    public async Task NothingIsDoneThatCannotBeAudited(string route, string body)
    {
        _fault.OfAudit = true;
        var before = await Service<IUserStore>().FindAsync(Uid, default);

        var answer = await PostAsync(route, body.Replace("$", Uid, StringComparison.Ordinal));

        Assert.Equal(500, answer.HttpStatus);
        var after = await Service<IUserStore>().FindAsync(Uid, default);
        Assert.Equal((before!.Disabled, before.IsAdmin, before.AvailableTokens), (after!.Disabled, after.IsAdmin, after.AvailableTokens));
        Assert.Empty(await Service<IContentStore>().ListAsync(default));
    }

    private protected override void Change(IServiceCollection services)
    {
        services.AddSingleton<IUserStore>(s => new BreakingUsers(ActivatorUtilities.CreateInstance<SqliteUserStore>(s), _fault));
        services.AddSingleton<IAuditLog>(s => new BreakingAudit(ActivatorUtilities.CreateInstance<SqliteAuditLog>(s), _fault));
    }

    private sealed class Fault
    {
        public volatile bool OfUsers;
        public volatile bool OfAudit;
    }

    private sealed class BreakingUsers(IUserStore store, Fault fault) : ForwardingUserStore(store)
    {
        public override Task<bool> SetDisabledAsync(string uid, bool disabled, CancellationToken cancellation) =>
            fault.OfUsers ? throw new InvalidOperationException("broken") : base.SetDisabledAsync(uid, disabled, cancellation);
    }

    private sealed class BreakingAudit(IAuditLog log, Fault fault) : IAuditLog
    {
        public Task AppendAsync(AuditEntry entry, CancellationToken cancellation) =>
            fault.OfAudit ? throw new InvalidOperationException("broken") : log.AppendAsync(entry, cancellation);

        public Task<IReadOnlyList<AuditEntry>> ListAsync(string? target, int limit, EmailCursor? after, CancellationToken cancellation) =>
            log.ListAsync(target, limit, after, cancellation);

        public Task<int> DeleteOldAsync(DateTimeOffset before, int limit, CancellationToken cancellation) => log.DeleteOldAsync(before, limit, cancellation);
    }
}
