using System.Collections.Concurrent;
using ChaturMail.Core.Accounts;
using ChaturMail.Core.Attachments;
using ChaturMail.Core.Attachments.Folder;
using ChaturMail.Core.Conversations;
using ChaturMail.Core.Events;
using ChaturMail.Core.Identity;
using ChaturMail.Core.Language.Routing;
using ChaturMail.Core.Limits;
using ChaturMail.Core.Mail;
using ChaturMail.Core.Parties;
using ChaturMail.Core.Queue.Embedded;
using ChaturMail.Core.Scheduling;
using ChaturMail.Core.Storage;
using ChaturMail.Core.Storage.Sqlite;
using ChaturMail.Core.Translation;
using ChaturMail.Tests.Contracts;
using ChaturMail.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;

namespace ChaturMail.Tests.Scheduling;

/// <summary>Scheduled delivery on a store of its own, with a clock that a test moves and a relay that a test scripts. One user, <c>u1</c>.</summary>
internal sealed class SchedulingWorld : IAsyncDisposable
{
    public const string Uid = "u1";

    private readonly SqliteFixture _stores = new();
    private readonly TextFolder _folder = new();

    public SchedulingWorld() => Store = new SqliteDocumentStore(_stores.Database);

    /// <summary>A Tuesday, eight o'clock in London.</summary>
    public ManualTimeProvider Time { get; } = new(new DateTimeOffset(2026, 12, 1, 8, 0, 0, TimeSpan.Zero));

    public IDocumentStore Store { get; }

    public IUserStore Users => _stores.Users;

    public IMessageStore Messages => _stores.Messages;

    public SchedulingOptions Options { get; } = new();

    public ScriptedRelay Relay { get; } = new();

    public SqliteOutbox Outbox => new(_stores.Database);

    public Documents<Delivery> Deliveries => new(Store, Delivery.Kind);

    public Documents<Schedule> Schedules => new(Store, Schedule.Kind);

    public static async Task<SchedulingWorld> StartAsync()
    {
        var world = new SchedulingWorld();
        await world.SignInAsync(Uid, "Asha Rao");
        return world;
    }

    public Task<User> SignInAsync(string uid, string name = "", bool verified = true) => Users.SignInAsync(
        new SignIn(new VerifiedIdentity(uid, uid + "@example.com", name, "", 1_700_000_000, 1_700_003_600) { EmailVerified = verified }, "google", "fcm", 0), default);

    public ScheduleService Service(IDocumentStore? store = null) => new(
        store ?? Store, Conversations(store), Attachments(store), Unsubscriptions, Cache(), Options, Time, Relay);

    public Unsubscriptions Unsubscriptions => new(Store, Time);

    public ScheduleContent Content => new(Store, Attachments(Store), Unsubscriptions, Options, Time);

    /// <summary>A worker's process; each has a name of its own.</summary>
    /// <param name="store">One that dies, for a worker that does.</param>
    public ScheduleRunner Worker(IDocumentStore? store = null, IRateLimiter? limiter = null) => new(
        store ?? Store,
        new EmailDelivery(
            store ?? Store, Attachments(store), new Unsubscriptions(store ?? Store, Time), Cache(), limiter ?? new LocalRateLimiter(Time),
            new MailOptions { From = "no-reply@chaturmail.example" }, Options, Time, NullLogger<EmailDelivery>.Instance, Relay),
        Conversations(store), Cache(), Options, Time, NullLogger<ScheduleRunner>.Instance);

    /// <summary>Runs a worker until nothing is due any more.</summary>
    public static async Task RunAsync(ScheduleRunner worker)
    {
        int done;
        do
        {
            done = await worker.PlanAsync(default);
            foreach (var isEmail in new[] { false, true })
            {
                foreach (var delivery in await worker.TakeAsync(isEmail, 16, default))
                {
                    await worker.RunAsync(delivery, default);
                    done++;
                }
            }
        }
        while (done > 0);
    }

    /// <summary>Schedules an email to an address at a local time in UTC.</summary>
    public async Task<Schedule> EmailAsync(string at, Recurrence? rule = null, params string[] to) => Assert.IsType<ScheduleResult.Done>(await Service().ScheduleEmailAsync(
        Uid, new ScheduledEmail(to.Length == 0 ? ["maria@example.org"] : to, "The report", "Dear Maria,\nhere it is.\n", []) { PublicAddress = "https://mail.example" },
        new ScheduleTime(at, "UTC", rule ?? Recurrence.Once), null, default)).Schedule;

    /// <summary>A finished picture of the user's, of this size.</summary>
    /// <param name="place">Which of their files it is.</param>
    public async Task<string> PictureAsync(int place, int bytes = 100)
    {
        var picture = new Attachment(DocumentId.New(Time), Uid, AttachmentPurpose.Email, $"{place}.png", "image/png", bytes, 1, place) { FinishedOn = 1 };
        await new FolderObjectStore(_folder.Path, null, Time).PutAsync(picture.ObjectKey, picture.ContentType, new byte[Math.Min(bytes, 1000)], default);
        Assert.True(await Pictures.AddAsync(picture, default));
        return picture.Id;
    }

    public Documents<Attachment> Pictures => new(Store, Attachment.Kind);

    public async Task<string> EventsAsync() => string.Join(
        ' ', (await Outbox.ListAsync(1000, default)).Select(e => e.Type).Where(type => type.StartsWith("schedule.", StringComparison.Ordinal)));

    public async Task<Delivery> DeliveryAsync(string scheduleId, int number = 1) => (await Deliveries.FindAsync(Delivery.IdOf(scheduleId, number), default))!;

    public ValueTask DisposeAsync()
    {
        _folder.Dispose();
        return _stores.DisposeAsync();
    }

    private UserCache Cache() => new(Users, TimeProvider.System);

    private AttachmentService Attachments(IDocumentStore? store) => new(
        store ?? Store, new FolderObjectStore(_folder.Path, null, Time), new AttachmentOptions(), () => [], Time);

    private ConversationService Conversations(IDocumentStore? store)
    {
        var channel = new RecordedChannel();
        return new ConversationService(
            store ?? Store, _stores.Messages, new ConversationMembership(store ?? Store, new PartyMembership(store ?? Store)), Attachments(store), Untranslated, channel,
            new Receipts(_stores.Messages, channel, Time, NullLogger<Receipts>.Instance), new LocalRateLimiter(Time), Time);
    }

    // Without a model it asks nobody.
    private TranslationService Untranslated => new(
        Store, new ModelCatalog([], new RouteOptions()), new EmbeddedOutcomeChannel(_stores.Jobs, TimeProvider.System, TimeSpan.FromSeconds(1), NullLogger<EmbeddedOutcomeChannel>.Instance),
        new PreferencesService(Store, Time), new TranslationOptions(), Time, NullLogger<TranslationService>.Instance);
}

/// <summary>Takes mails as the test says: each by the next answer, and by <see cref="HandOver.Accepted"/> when there is none.</summary>
internal sealed class ScriptedRelay : IMailRelay
{
    public ConcurrentQueue<HandOver> Answers { get; } = new();

    /// <summary>Mails that came to their last dot.</summary>
    public ConcurrentQueue<(MailEnvelope Envelope, string Mail)> Taken { get; } = new();

    /// <summary>What it waits for before it takes a mail, or null.</summary>
    public Func<Task>? Busy { get; set; }

    public async Task<HandOver> HandOverAsync(
        MailEnvelope envelope, ReadOnlyMemory<byte> message, Func<CancellationToken, Task<bool>> beforeTheEnd, CancellationToken cancellation)
    {
        if (Busy is { } busy) await busy();
        if (Answers.TryPeek(out var early) && early is HandOver.Refused or HandOver.Deferred && Answers.TryDequeue(out early)) return early;
        if (!await beforeTheEnd(cancellation)) return new HandOver.TakenBack();
        Taken.Enqueue((envelope, System.Text.Encoding.UTF8.GetString(message.Span)));
        return Answers.TryDequeue(out var answer) ? answer : new HandOver.Accepted();
    }
}

/// <summary>A store whose process dies at its n-th change: before it, or once it is made. From then on nothing gets through.</summary>
internal sealed class DyingStore(IDocumentStore store, int changes, bool afterIt) : IDocumentStore
{
    private int _left = changes;

    public bool IsDead => Volatile.Read(ref _left) < 0;

    public Task<StoredDocument?> FindAsync(string kind, string id, CancellationToken cancellation) => Alive(() => store.FindAsync(kind, id, cancellation));

    public Task<IReadOnlyList<StoredDocument>> FindAsync(string kind, IReadOnlyCollection<string> ids, CancellationToken cancellation) =>
        Alive(() => store.FindAsync(kind, ids, cancellation));

    public Task<IReadOnlyList<StoredDocument>> ListAsync(
        string kind, string key, bool newestFirst, int limit, DocumentCursor? after, CancellationToken cancellation) =>
        Alive(() => store.ListAsync(kind, key, newestFirst, limit, after, cancellation));

    public Task<long> CountAsync(string kind, string? key, CancellationToken cancellation) => Alive(() => store.CountAsync(kind, key, cancellation));

    public Task<bool> AddAsync(StoredDocument document, IReadOnlyList<DomainEvent> happened, CancellationToken cancellation) =>
        ChangeAsync(() => store.AddAsync(document, happened, cancellation));

    public Task<bool> ReplaceAsync(StoredDocument document, IReadOnlyList<DomainEvent> happened, CancellationToken cancellation) =>
        ChangeAsync(() => store.ReplaceAsync(document, happened, cancellation));

    public Task<bool> DeleteAsync(string kind, string id, long version, IReadOnlyList<DomainEvent> happened, CancellationToken cancellation) =>
        ChangeAsync(() => store.DeleteAsync(kind, id, version, happened, cancellation));

    private Task<T> Alive<T>(Func<Task<T>> ask) => IsDead ? throw new IOException("It is dead.") : ask();

    private async Task<bool> ChangeAsync(Func<Task<bool>> change)
    {
        if (IsDead) throw new IOException("It is dead.");
        var dies = Interlocked.Decrement(ref _left) < 0;
        if (dies && !afterIt) throw new IOException("It dies.");
        var done = await change();
        return dies ? throw new IOException("It dies.") : done;
    }
}

/// <summary>A store that has something else done before the first document of a kind is added.</summary>
internal sealed class PausingStore(IDocumentStore store, string kind, Func<Task> meanwhile) : IDocumentStore
{
    private int _done;

    public Task<StoredDocument?> FindAsync(string kind, string id, CancellationToken cancellation) => store.FindAsync(kind, id, cancellation);

    public Task<IReadOnlyList<StoredDocument>> FindAsync(string kind, IReadOnlyCollection<string> ids, CancellationToken cancellation) => store.FindAsync(kind, ids, cancellation);

    public Task<IReadOnlyList<StoredDocument>> ListAsync(
        string kind, string key, bool newestFirst, int limit, DocumentCursor? after, CancellationToken cancellation) =>
        store.ListAsync(kind, key, newestFirst, limit, after, cancellation);

    public Task<long> CountAsync(string kind, string? key, CancellationToken cancellation) => store.CountAsync(kind, key, cancellation);

    public async Task<bool> AddAsync(StoredDocument document, IReadOnlyList<DomainEvent> happened, CancellationToken cancellation)
    {
        if (document.Kind == kind && Interlocked.Exchange(ref _done, 1) == 0) await meanwhile();
        return await store.AddAsync(document, happened, cancellation);
    }

    public Task<bool> ReplaceAsync(StoredDocument document, IReadOnlyList<DomainEvent> happened, CancellationToken cancellation) =>
        store.ReplaceAsync(document, happened, cancellation);

    public Task<bool> DeleteAsync(string kind, string id, long version, IReadOnlyList<DomainEvent> happened, CancellationToken cancellation) =>
        store.DeleteAsync(kind, id, version, happened, cancellation);
}
