using ChaturMail.Core.Accounts;
using ChaturMail.Core.Coins;
using ChaturMail.Core.Conversations;
using ChaturMail.Core.Emails;
using ChaturMail.Core.Events;
using ChaturMail.Core.Generation;
using ChaturMail.Core.Identity;
using ChaturMail.Core.Language;
using ChaturMail.Core.Spending;
using ChaturMail.Core.Storage;

namespace ChaturMail.Tests.Contracts;

/// <summary>The stores of one adapter on an empty database of its own, and short ways to fill them.</summary>
public abstract class StoreFixture : IAsyncDisposable
{
    public const int StartingCoins = 1000;
    public const int Cost = 250;

    public abstract IUserStore Users { get; }

    public abstract IEmailStore Emails { get; }

    public abstract IJobStore Jobs { get; }

    public abstract IFeedbackStore Feedback { get; }

    public abstract IOwnPromptStore OwnPrompts { get; }

    public abstract ISpendingStore Spending { get; }

    public abstract ICoinLedger Coins { get; }

    public abstract IAuditLog Audit { get; }

    public abstract IPersonalDataStore PersonalData { get; }

    public abstract IErasureStore Erasures { get; }

    public abstract IFormerAccountStore FormerAccounts { get; }

    public abstract IContentStore Content { get; }

    public abstract IUsageStore Usage { get; }

    public abstract ISecondFactorStore SecondFactors { get; }

    public abstract ILocalAccountStore LocalAccounts { get; }

    public abstract IMessageStore Messages { get; }

    public abstract IDocumentStore Documents { get; }

    public abstract IOutbox Outbox { get; }

    public TimeProvider Time { get; } = TimeProvider.System;

    public abstract ValueTask DisposeAsync();

    public static SignIn SignInOf(string uid, string name = "Asha Rao", int coins = StartingCoins) => new(
        new VerifiedIdentity(uid, uid + "@example.com", name, "", 1_700_000_000, 1_700_003_600), "google", "fcm-" + uid, coins);

    public Task<User> SignInAsync(string uid, int coins = StartingCoins) => Users.SignInAsync(SignInOf(uid, coins: coins), default);

    public GenerationJob JobOf(string uid, string? id = null, string subject = "Leave", int coins = Cost) => new(
        id ?? DocumentId.New(Time), uid, "1", subject, "annual leave, 12 October", "maria@example.com", "Asha Rao", coins, 7, Time.GetUtcNow());

    public IReadOnlyList<GenerationJob> VariantsOf(string uid, int count)
    {
        var first = DocumentId.New(Time);
        return [.. Enumerable.Range(0, count).Select(variant => JobOf(uid, DocumentId.Variant(first, variant)))];
    }

    public static ModelAnswer.Written Answer(string text = "Dear Maria,\n\nI ask for leave.\n\nAsha") => new(text, "test-model", 10, 20, null);

    /// <summary>Reads all entries of a user's ledger, newest first, and expects that their sums are the account's coins.</summary>
    public async Task<IReadOnlyList<CoinEntry>> ExpectSumsAsync(string uid)
    {
        var entries = new List<CoinEntry>();
        EmailCursor? next = null;
        do
        {
            var page = await Coins.ListAsync(uid, 100, next, default);
            entries.AddRange(page.Entries);
            next = page.Next;
        }
        while (next is not null);
        var user = await Users.FindAsync(uid, default);
        Assert.Equal(
            (user!.AvailableTokens, user.UsedTokens), (entries.Sum(entry => entry.Coins), entries.Sum(entry => entry.Spent)));
        return entries;
    }

    /// <summary>Makes another version of an email.</summary>
    public async Task<GenerationJob> RegenerateAsync(string uid, string parent, string root, string text = "Dear Maria,\n\nAnother text.\n\nAsha")
    {
        var job = JobOf(uid) with { Version = new EmailVersion(await Emails.TakeVersionsAsync(uid, root, 1, default), parent, root) };
        Assert.Equal(Acceptance.Accepted, await Jobs.AcceptAsync(job, default));
        await Jobs.CompleteAsync(job, Answer(text), default);
        return job;
    }

    /// <summary>Runs a job from its acceptance to its good end.</summary>
    public async Task<GenerationJob> GenerateAsync(string uid, string subject = "Leave", string text = "Dear Maria,\n\nI ask for leave.\n\nAsha")
    {
        var job = JobOf(uid, subject: subject);
        Assert.Equal(Acceptance.Accepted, await Jobs.AcceptAsync(job, default));
        await Jobs.CompleteAsync(job, Answer(text), default);
        return job;
    }
}
