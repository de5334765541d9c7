using ChaturMail.Core.Attachments;
using ChaturMail.Core.Attachments.Folder;
using ChaturMail.Core.Identity;
using ChaturMail.Core.Storage.Sqlite;
using ChaturMail.Tests.Contracts;
using ChaturMail.Tests.Support;

namespace ChaturMail.Tests.Unit.Attachments;

/// <summary>The life of an attachment, on a real store and a real folder, by a clock of the test's own.</summary>
public sealed class AttachmentServiceTests : IAsyncDisposable
{
    private const string Uid = "asha", Other = "ben";

    private readonly SqliteFixture _stores = new();
    private readonly TextFolder _folder = new();
    private readonly ManualTimeProvider _time = new(1_800_000_000);
    private readonly AttachmentOptions _options = new() { FilesOfAUser = 8, UnfinishedOfAUser = 3 };
    private readonly OneUse _messages = new();
    private readonly SqliteDocumentStore _documents;
    private readonly FolderObjectStore _objects;
    private readonly AttachmentService _service;
    private readonly AttachmentSweep _sweep;

    public AttachmentServiceTests()
    {
        _documents = new SqliteDocumentStore(_stores.Database);
        _objects = new FolderObjectStore(_folder.Path, new DerivedKeys("a secret of the test's", []), _time);
        _service = new AttachmentService(_documents, _objects, _options, () => [_messages], _time);
        _sweep = new AttachmentSweep(_documents, _objects, _service, _time);
    }

    public async ValueTask DisposeAsync()
    {
        _service.Dispose();
        await _stores.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task UploadsThatNobodyFinishesGoAfterAnHour()
    {
        var id = (await UploadAsync()).Id;
        _time.Advance(TimeSpan.FromMinutes(59));
        await _sweep.RunAsync(default);
        Assert.Single(Files());
        // Too late to be finished, so that nobody finishes what is being deleted.
        Assert.Equal(AttachmentRefusal.NotFound, Code(await _service.FinishAsync(Uid, id, default)));

        _time.Advance(TimeSpan.FromMinutes(1));
        await _sweep.RunAsync(default);
        Assert.Empty(Files());
        // Whoever had an address writes once more; the note that remains knows it, and goes with it.
        await _objects.PutAsync("uploads/" + id, "image/jpeg", new byte[] { 1 }, default);
        Assert.Equal(1, Documents());
        _time.Advance(TimeSpan.FromHours(1));
        await _sweep.RunAsync(default);
        Assert.Empty(Files());
        Assert.Equal(0, Documents());
    }

    [Fact]
    public async Task PicturesThatAreBoundToNothingGoAfterADay()
    {
        await AddAsync();
        _time.Advance(TimeSpan.FromHours(23));
        await _sweep.RunAsync(default);
        Assert.Single(Files());
        _time.Advance(TimeSpan.FromHours(1));
        await _sweep.RunAsync(default);
        Assert.Empty(Files());
    }

    [Fact]
    public async Task WhatIsBoundStaysAndNothingOfItsUploadDoes()
    {
        var id = (await AddAsync()).Id;
        Assert.IsType<AttachmentClaim.Claimed>(await _service.ClaimAsync(Uid, [id], "message:1", default));
        await _objects.PutAsync("uploads/" + id, "image/jpeg", new byte[] { 1 }, default);
        for (var day = 0; day < 3; day++)
        {
            _time.Advance(TimeSpan.FromDays(1));
            await _sweep.RunAsync(default);
        }

        Assert.Equal(["images/" + id], Files());
        Assert.Equal(1, _messages.Asked);
    }

    [Fact]
    public async Task WhatWasBoundToSomethingThatNeverCameGoes()
    {
        var id = (await AddAsync()).Id;
        await _service.ClaimAsync(Uid, [id], "message:1", default);
        _messages.Exists = false;
        _time.Advance(TimeSpan.FromHours(1));
        await _sweep.RunAsync(default);
        Assert.Empty(Files());
    }

    [Fact]
    public async Task OnlyFinishedPicturesOfTheirOwnAreBoundAllOrNoneAndToOneThing()
    {
        var (first, second, unfinished, avatar) = (await AddAsync(), await AddAsync(), await UploadAsync(), await AddAsync(AttachmentPurpose.Avatar));
        Assert.Equal(AttachmentRefusal.NotFound, Code(await _service.ClaimAsync(Other, [first.Id], "message:1", default)));
        Assert.Equal(AttachmentRefusal.NotFound, Code(await _service.ClaimAsync(Uid, [first.Id, "0123456789abcdef01234567"], "message:1", default)));
        Assert.Equal(AttachmentRefusal.Incomplete, Code(await _service.ClaimAsync(Uid, [first.Id, unfinished.Id], "message:1", default)));
        Assert.Equal(AttachmentRefusal.InUse, Code(await _service.ClaimAsync(Uid, [first.Id, avatar.Id], "message:1", default)));
        // None of them was bound by the attempts.
        Assert.IsType<AttachmentClaim.Claimed>(await _service.ClaimAsync(Uid, [first.Id], "message:2", default));
        Assert.IsType<AttachmentClaim.Claimed>(await _service.ClaimAsync(Uid, [first.Id], "message:2", default));
        Assert.Equal(AttachmentRefusal.InUse, Code(await _service.ClaimAsync(Uid, [second.Id, first.Id], "message:3", default)));
        Assert.Equal(AttachmentRefusal.InUse, Code(await _service.DeleteOwnAsync(Uid, first.Id, default)));
        Assert.IsType<AttachmentResult.Done>(await _service.DeleteOwnAsync(Uid, second.Id, default));
    }

    [Fact]
    public async Task OfManyWhoBindOnePictureAtOnceOneDoes()
    {
        var id = (await AddAsync()).Id;
        var claims = await Task.WhenAll(Enumerable.Range(0, 12).Select(number => Task.Run(() => _service.ClaimAsync(Uid, [id], $"message:{number}", default))));
        Assert.Single(claims.OfType<AttachmentClaim.Claimed>());
    }

    [Fact]
    public async Task ThoseWhoMaySeeTheUseSeeItAndBeforeItsOwnerAlone()
    {
        var id = (await AddAsync()).Id;
        Assert.NotNull(await _service.FindVisibleAsync(Uid, id, default));
        Assert.Null(await _service.FindVisibleAsync(Other, id, default));

        await _service.ClaimAsync(Uid, [id], "message:1", default);
        _messages.Viewer = Other;
        Assert.NotNull(await _service.FindVisibleAsync(Other, id, default));
        // Who is no member any more does not see their own words either.
        Assert.Null(await _service.FindVisibleAsync(Uid, id, default));

        await _service.ReleaseAsync("message:1", default);
        await _service.ReleaseAsync("message:1", default);
        Assert.Null(await _service.FindVisibleAsync(Other, id, default));
        Assert.Empty(await _service.DescribeAsync([id], default));
        Assert.Null(await _service.OpenAsync(id, default));
        Assert.Empty(Files());
    }

    [Fact]
    public async Task AStoreThatIsAwayLeavesNoPictureOfWhatIsGoneToBeSeen()
    {
        var (first, second) = (await AddAsync(), await AddAsync());
        await _service.ClaimAsync(Uid, [first.Id, second.Id], "message:1", default);
        _messages.Viewer = Uid;
        using var service = new AttachmentService(_documents, new StoreThatIsAway(), _options, () => [_messages], _time);

        await Assert.ThrowsAsync<ObjectStoreException>(() => service.ReleaseAsync("message:1", default));

        foreach (var picture in new[] { first, second }) Assert.Null(await _service.FindVisibleAsync(Uid, picture.Id, default));
        _time.Advance(TimeSpan.FromHours(1));
        await _sweep.RunAsync(default);
        Assert.Empty(Files());
    }

    [Fact]
    public async Task HoweverManyAnnounceAtOnceNoMoreAreUnfinishedThanMayBe()
    {
        var made = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => Task.Run(() => _service.CreateAsync(Uid, AttachmentPurpose.Message, "", "image/png", 10, default))));
        Assert.Equal(3, made.OfType<AttachmentResult.Done>().Count());
        Assert.All(made.OfType<AttachmentResult.Refused>(), refused => Assert.Equal(AttachmentRefusal.TooManyUploads, refused.Code));
        // Another user has room of their own.
        Assert.IsType<AttachmentResult.Done>(await _service.CreateAsync(Other, AttachmentPurpose.Message, "", "image/png", 10, default));
    }

    [Fact]
    public async Task FilesAndBytesOfAUserAreLimitedAndDeletingMakesRoom()
    {
        var first = await AddAsync();
        for (var i = 1; i < _options.FilesOfAUser; i++) await AddAsync();
        Assert.Equal(AttachmentRefusal.StorageFull, Code(await _service.CreateAsync(Uid, AttachmentPurpose.Message, "", "image/png", 10, default)));
        await _service.DeleteOwnAsync(Uid, first.Id, default);
        _options.BytesOfAUser = 100_000;
        Assert.Equal(AttachmentRefusal.StorageFull, Code(await _service.CreateAsync(Uid, AttachmentPurpose.Message, "", "image/png", 100_000, default)));
        Assert.IsType<AttachmentResult.Done>(await _service.CreateAsync(Uid, AttachmentPurpose.Message, "", "image/png", 10_000, default));
    }

    [Fact]
    public async Task FinishingAtOnceAndDeletingMeanwhileLeavesNothingBehind()
    {
        for (var round = 0; round < 10; round++)
        {
            var id = (await UploadAsync()).Id;
            await Task.WhenAll(
                Task.Run(() => _service.FinishAsync(Uid, id, default)), Task.Run(() => _service.FinishAsync(Uid, id, default)),
                Task.Run(() => _service.DeleteOwnAsync(Uid, id, default)));
            Assert.Equal(AttachmentRefusal.NotFound, Code(await _service.DeleteOwnAsync(Uid, id, default)));
        }

        Assert.Empty(Files());
    }

    [Fact]
    public async Task AnErasureTakesAllThatIsTheUsersAndLeavesOthersTheirs()
    {
        var mine = await AddAsync();
        await UploadAsync();
        await _service.ClaimAsync(Uid, [mine.Id], "message:1", default);
        var theirs = (AttachmentResult.Done)await _service.CreateAsync(Other, AttachmentPurpose.Message, "", "image/png", 10, default);
        var personal = new PersonalAttachments(_service, new AvatarService(_documents, _service, () => [], _time));
        Assert.Equal(2, await personal.ExportAsync(Uid, default).CountAsync());

        _time.Advance(TimeSpan.FromSeconds(1));
        await personal.EraseAsync(Uid, _time.GetUtcNow(), default);

        Assert.Empty(Files());
        Assert.Equal(0, await personal.ExportAsync(Uid, default).CountAsync());
        Assert.Equal(0L, _stores.Database.Read(db => (long)db.Scalar("SELECT COUNT(*) FROM documents WHERE data LIKE '%asha%'")!));
        Assert.Equal(0L, _stores.Database.Read(db => (long)db.Scalar("SELECT COUNT(*) FROM document_keys WHERE key LIKE '%asha%'")!));
        Assert.Single((await _service.ListAsync(Other, 10, null, default)).Items, item => item.Id == theirs.Attachment.Id);
    }

    [Fact]
    public async Task WhatHappensIsNotedByIdsAlone()
    {
        var added = await AddAsync();
        await _service.DeleteOwnAsync(Uid, added.Id, default);
        var events = await new SqliteOutbox(_stores.Database).ListAsync(10, default);
        Assert.Equal(["attachment.uploaded.v1", "attachment.deleted.v1"], events.Select(one => one.Type));
        Assert.All(events, one => Assert.Equal((added.Id, Uid), (one.Subject, one.Actor)));
        Assert.All(events, one => Assert.DoesNotContain("holiday", string.Join(' ', one.Data.Values), StringComparison.OrdinalIgnoreCase));
    }

    private async Task<Attachment> UploadAsync(AttachmentPurpose purpose = AttachmentPurpose.Message)
    {
        var bytes = Pictures.Read("photo.jpg");
        var made = Assert.IsType<AttachmentResult.Done>(await _service.CreateAsync(Uid, purpose, "holiday.heic", "image/png", bytes.Length, default)).Attachment;
        await _objects.PutAsync(made.UploadKey, "image/png", bytes, default);
        return made;
    }

    private async Task<Attachment> AddAsync(AttachmentPurpose purpose = AttachmentPurpose.Message) =>
        Assert.IsType<AttachmentResult.Done>(await _service.FinishAsync(Uid, (await UploadAsync(purpose)).Id, default)).Attachment;

    private List<string> Files() =>
        [.. Directory.EnumerateFiles(_folder.Path, "*", SearchOption.AllDirectories).Select(path => Path.GetRelativePath(_folder.Path, path).Replace('\\', '/')).Order()];

    private long Documents() => _stores.Database.Read(db => (long)db.Scalar("SELECT COUNT(*) FROM documents")!);

    private static string? Code(object result) => result switch
    {
        AttachmentResult.Refused refused => refused.Code,
        AttachmentClaim.Refused refused => refused.Code,
        _ => null,
    };

    private sealed class OneUse : IAttachmentUse
    {
        public string Name => "message";

        public string Viewer { get; set; } = "";

        public bool Exists { get; set; } = true;

        public int Asked { get; private set; }

        public Task<bool> MaySeeAsync(string id, string uid, CancellationToken cancellation) => Task.FromResult(uid == Viewer);

        public Task<bool> ExistsAsync(string id, string attachmentId, CancellationToken cancellation)
        {
            Asked++;
            return Task.FromResult(Exists);
        }
    }
}
