using ChaturMail.Core.Conversations;
using ChaturMail.Core.Events;
using ChaturMail.Core.Generation;
using ChaturMail.Core.Storage;
using ChaturMail.Tests.Contracts;
using MongoDB.Bson;
using MongoDB.Driver.Core.Events;

namespace ChaturMail.Tests.Cloud;

/// <summary>A process that is held before one of its commands, for as long as others need to get ahead of it; and databases that are away.</summary>
public sealed class MongoInterleavingTests
{
    private const long Start = StoreFixture.StartingCoins;

    [Fact]
    public async Task AnAccountIsMadeOnceTheDatabaseIsBackThatWasAwayAtTheFirstSignIn()
    {
        await using var stores = new MongoFixture();
        var away = true;
        var process = stores.OpenWatched(command =>
        {
            if (away && command.CommandName == "createIndexes") throw new MongoFixture.DiedException();
        });
        await Assert.ThrowsAnyAsync<Exception>(() => process.SignInAsync("u1"));

        away = false;

        Assert.Equal(Start, (await process.SignInAsync("u1")).AvailableTokens);
    }

    [Fact]
    public async Task ANumberThatAMessageHadBeforeItWasChangedIsGivenToNoOther()
    {
        await using var stores = new MongoFixture();
        await AddAsync(stores, "1");
        using var held = new Held(stores, "insert", "messages");
        var late = Task.Run(() => AddAsync(held.Process, "2"));
        await held.ReachedAsync();
        var fast = await AddAsync(stores, "3");
        await stores.Messages.ChangeAsync(fast.ConversationId, fast.Id, message => message with { Text = "new" }, message => Happened(stores, message), default);

        held.LetGo();

        Assert.Equal((2, 4), (fast.Change, (await late).Change));

        static async Task<Message> AddAsync(StoreFixture to, string clientId)
        {
            var message = new Message(DocumentId.New(to.Time), "a1a1a1a1a1a1a1a1a1a1a1a1", 0, 0, "u1", clientId, "text", 1);
            return (await to.Messages.AddAsync(message, added => Happened(to, added), default))!.Message;
        }

        static DomainEvent Happened(StoreFixture at, Message message) => DomainEvent.Of(at.Time, EventType.MessageSent, message.Id, message.SenderId);
    }

    [Fact]
    public async Task AnErasureThatIsOvertakenByANewAccountLeavesItsEmails()
    {
        await using var stores = new MongoFixture();
        await stores.SignInAsync("u1");
        var old = await stores.GenerateAsync("u1");
        using var held = new Held(stores, "delete", "generatedemails");
        var erasure = Task.Run(() => held.Process.Users.DeleteAsync("u1", default));
        await held.ReachedAsync();
        await stores.SignInAsync("u1");
        var young = await stores.GenerateAsync("u1");

        held.LetGo();
        await erasure;

        Assert.Null(await stores.Emails.FindAsync("u1", old.Id, default));
        Assert.NotNull(await stores.Emails.FindAsync("u1", young.Id, default));
    }

    [Fact]
    public async Task ARefundThatComesLateDoesNotTakeTheReservationOfTheJobThatWasOpenedAgain()
    {
        await using var stores = new MongoFixture();
        await stores.SignInAsync("u1");
        var job = stores.JobOf("u1");
        await stores.Jobs.AcceptAsync(job, default);
        using var held = new Held(stores, "update", "usermodels");
        var failure = Task.Run(() => held.Process.Jobs.FailAsync(job.Id, FailureCode.ModelUnavailable, default));
        await held.ReachedAsync();
        Assert.Equal(JobState.Failed, (await stores.Jobs.FindAsync(job.Id, default))!.State);
        Assert.Equal(Acceptance.Accepted, await stores.Jobs.ReopenAsync(job.Id, default));

        held.LetGo();
        await failure;
        await stores.Jobs.CompleteAsync(job, StoreFixture.Answer(), default);

        await ExpectAsync(stores, "u1", Start - 250, used: 250, count: 1);
    }

    [Fact]
    public async Task AJobThatIsOpenedAgainByTwoAndFailsInBetweenIsNotOpenedWithoutItsCoins()
    {
        await using var stores = new MongoFixture();
        await stores.SignInAsync("u1");
        var job = stores.JobOf("u1");
        await stores.Jobs.AcceptAsync(job, default);
        await stores.Jobs.FailAsync(job.Id, FailureCode.ModelUnavailable, default);
        using var held = new Held(stores, "update", "generationjobs");
        var opening = Task.Run(() => held.Process.Jobs.ReopenAsync(job.Id, default));
        await held.ReachedAsync();
        Assert.Equal(Acceptance.Accepted, await stores.Jobs.ReopenAsync(job.Id, default));
        await stores.Jobs.FailAsync(job.Id, FailureCode.ModelUnavailable, default);

        held.LetGo();
        await opening;
        await stores.Jobs.CompleteAsync(job, StoreFixture.Answer(), default);

        await ExpectAsync(stores, "u1", Start, used: 0, count: 0);
        Assert.Null(await stores.Emails.FindAsync("u1", job.Id, default));
    }

    [Fact]
    public async Task AnAcceptanceThatTheRepairTookForDeadIsPaidAllTheSame()
    {
        await using var stores = new MongoFixture();
        await stores.SignInAsync("u1");
        var job = stores.JobOf("u1");
        using var held = new Held(stores, "insert", "generationjobs");
        var acceptance = Task.Run(() => held.Process.Jobs.AcceptAsync(job, default));
        await held.ReachedAsync();
        await stores.Jobs.RepairAsync(stores.Time.GetUtcNow().AddMinutes(1), default);

        held.LetGo();
        Assert.Equal(Acceptance.Accepted, await acceptance);
        await stores.Jobs.CompleteAsync(job, StoreFixture.Answer(), default);

        await ExpectAsync(stores, "u1", Start - 250, used: 250, count: 1);
    }

    [Theory]
    [InlineData("insert")]
    [InlineData("update")]
    public async Task AnAcceptanceOfVariantsThatTheRepairTookForDeadIsPaidAllTheSame(string heldBefore)
    {
        await using var stores = new MongoFixture();
        await stores.SignInAsync("u1");
        var jobs = stores.VariantsOf("u1", 3);
        using var held = new Held(stores, heldBefore, "generationjobs");
        var acceptance = Task.Run(() => held.Process.Jobs.AcceptAsync(jobs, default));
        await held.ReachedAsync();
        await stores.Jobs.RepairAsync(stores.Time.GetUtcNow().AddMinutes(1), default);

        held.LetGo();
        Assert.Equal(Acceptance.Accepted, await acceptance);
        foreach (var job in jobs) await stores.Jobs.CompleteAsync(job, StoreFixture.Answer(), default);

        await ExpectAsync(stores, "u1", Start - 750, used: 750, count: 3);
    }

    [Fact]
    public async Task AnAcceptanceOfVariantsThatAnErasureOvertakesLeavesNoJob()
    {
        await using var stores = new MongoFixture();
        await stores.SignInAsync("u1");
        var jobs = stores.VariantsOf("u1", 3);
        using var held = new Held(stores, "insert", "generationjobs");
        var acceptance = Task.Run(() => held.Process.Jobs.AcceptAsync(jobs, default));
        await held.ReachedAsync();
        await stores.Users.DeleteAsync("u1", default);

        held.LetGo();

        Assert.Equal(Acceptance.NoUser, await acceptance);
        Assert.Equal(0, await stores.Collections.Database.GetCollection<BsonDocument>("generationjobs").CountDocumentsAsync(new BsonDocument()));
    }

    [Fact]
    public async Task AnAcceptanceThatAnErasureOvertakesLeavesNoJob()
    {
        await using var stores = new MongoFixture();
        await stores.SignInAsync("u1");
        var job = stores.JobOf("u1");
        using var held = new Held(stores, "insert", "generationjobs");
        var acceptance = Task.Run(() => held.Process.Jobs.AcceptAsync(job, default));
        await held.ReachedAsync();
        await stores.Users.DeleteAsync("u1", default);

        held.LetGo();

        Assert.Equal(Acceptance.NoUser, await acceptance);
        Assert.Null(await stores.Jobs.FindAsync(job.Id, default));
    }

    [Fact]
    public async Task OneJobThatCannotBeSettledDoesNotKeepTheRestFromRepair()
    {
        await using var stores = new MongoFixture();
        await stores.Collections.Database.GetCollection<BsonDocument>("usermodels").InsertOneAsync(
            BsonDocument.Parse("""{ uid: "bad", availableTokens: 1000, usedTokens: "no number" }"""));
        var unsettled = stores.JobOf("bad");
        await stores.Jobs.AcceptAsync(unsettled, default);
        await Assert.ThrowsAnyAsync<Exception>(() => stores.Jobs.CompleteAsync(unsettled, StoreFixture.Answer(), default));
        await stores.SignInAsync("u1");
        await Assert.ThrowsAnyAsync<Exception>(() => stores.OpenDying(2).Jobs.AcceptAsync(stores.JobOf("u1"), default));
        await ExpectAsync(stores, "u1", Start - 250, used: 0, count: 0);

        // That something is wrong must be heard of all the same.
        await Assert.ThrowsAnyAsync<Exception>(() => stores.Jobs.RepairAsync(stores.Time.GetUtcNow().AddMinutes(1), default));

        await ExpectAsync(stores, "u1", Start, used: 0, count: 0);
    }

    private static async Task ExpectAsync(MongoFixture stores, string uid, long available, long used, long count)
    {
        var user = await stores.Users.FindAsync(uid, default);
        Assert.Equal((available, used, count), (user!.AvailableTokens, user.UsedTokens, user.GeneratedEmailCount));
        await stores.ExpectSumsAsync(uid);
    }

    /// <summary>A process that stops before its first command of a kind to a collection.</summary>
    internal sealed class Held : IDisposable
    {
        private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

        private readonly SemaphoreSlim _reached = new(0);
        private readonly ManualResetEventSlim _go = new();
        private int _seen;

        public Held(MongoFixture stores, string command, string collection) => Process = stores.OpenWatched(started => Hold(started, command, collection));

        public MongoFixture Process { get; }

        public async Task ReachedAsync() => Assert.True(await _reached.WaitAsync(Patience), "the command was never sent");

        public void LetGo() => _go.Set();

        public void Dispose() => _go.Set();

        private void Hold(CommandStartedEvent started, string command, string collection)
        {
            if (started.CommandName != command || started.Command[command] != collection || Interlocked.Increment(ref _seen) > 1) return;
            _reached.Release();
            _go.Wait(Patience);
        }
    }
}
