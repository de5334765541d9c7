using System.Globalization;
using ChaturMail.Core.Events;
using ChaturMail.Core.Storage;

namespace ChaturMail.Tests.Contracts;

/// <summary>What every <see cref="IDocumentStore"/> does, together with the <see cref="IOutbox"/> that it notes into.</summary>
public abstract class DocumentStoreContract
{
    private const string Kind = "thing";

    private static readonly DocumentKind<Counter> Counters = new(
        "counter", counter => counter.Id, counter => counter.Count, counter => ["all", $"count:{counter.Count}"], counter => [$"at:{counter.Count}"]);

    protected abstract StoreFixture Open();

    [Fact]
    public async Task ADocumentIsKeptAsItIsAndBeginsWithVersionOne()
    {
        await using var stores = Open();
        var document = Of("a", data: """{"name":"Team „höflich“ 😀"}""") with { Version = 7 };

        Assert.True(await stores.Documents.AddAsync(document, [], default));

        var found = await stores.Documents.FindAsync(Kind, "a", default);
        Assert.Equal((Kind, "a", 1L, 0L, document.Data), (found!.Kind, found.Id, found.Version, found.Sort, found.Data));
        Assert.Null(await stores.Documents.FindAsync(Kind, "b", default));
        // Another kind's is another document.
        Assert.Null(await stores.Documents.FindAsync("other", "a", default));
        Assert.True(await stores.Documents.AddAsync(document with { Kind = "other" }, [], default));
    }

    [Fact]
    public async Task SeveralAreFoundAtOnceAndThoseThatAreNotThereAreLeftOut()
    {
        await using var stores = Open();
        foreach (var id in new[] { "a", "b", "c" }) await stores.Documents.AddAsync(Of(id), [], default);

        var found = await stores.Documents.FindAsync(Kind, ["c", "x", "a"], default);

        Assert.Equal(["a", "c"], found.Select(document => document.Id).Order());
        Assert.Empty(await stores.Documents.FindAsync(Kind, [], default));
    }

    [Fact]
    public async Task AnIdThatIsTakenIsNotTakenAgainAndNothingIsNoted()
    {
        await using var stores = Open();
        await stores.Documents.AddAsync(Of("a", data: "1", keys: ["old"]), [], default);

        Assert.False(await stores.Documents.AddAsync(Of("a", data: "2", keys: ["new"], unique: ["u"]), [EventOf("a")], default));

        Assert.Equal("1", (await stores.Documents.FindAsync(Kind, "a", default))!.Data);
        Assert.Empty(await ListAsync(stores, "new"));
        Assert.Equal(0, await stores.Outbox.CountAsync(default));
        // Nor is the unique value of the refused one.
        Assert.True(await stores.Documents.AddAsync(Of("b", unique: ["u"]), [], default));
    }

    [Fact]
    public async Task AChangeWantsTheVersionThatItWasMadeFrom()
    {
        await using var stores = Open();
        await stores.Documents.AddAsync(Of("a", data: "1", keys: ["k1"]), [], default);

        Assert.True(await stores.Documents.ReplaceAsync(Of("a", data: "2", keys: ["k2"], sort: 5), [], default));

        foreach (var version in new[] { 0L, 1L, 3L })
        {
            Assert.False(await stores.Documents.ReplaceAsync(Of("a", data: "3", keys: ["k3"]) with { Version = version }, [EventOf("a")], default));
            Assert.False(await stores.Documents.DeleteAsync(Kind, "a", version, [EventOf("a")], default));
        }

        Assert.False(await stores.Documents.ReplaceAsync(Of("absent"), [EventOf("absent")], default));
        var found = await stores.Documents.FindAsync(Kind, "a", default);
        Assert.Equal((2L, 5L, "2"), (found!.Version, found.Sort, found.Data));
        // Its keys are those of the change, and no others.
        Assert.Equal(["a"], await ListAsync(stores, "k2"));
        foreach (var key in new[] { "k1", "k3" }) Assert.Empty(await ListAsync(stores, key));
        Assert.Equal(0, await stores.Outbox.CountAsync(default));
    }

    [Fact]
    public async Task ADeletedDocumentLeavesNothing()
    {
        await using var stores = Open();
        await stores.Documents.AddAsync(Of("a", keys: ["k"], unique: ["u"]), [], default);

        Assert.True(await stores.Documents.DeleteAsync(Kind, "a", 1, [], default));

        Assert.Null(await stores.Documents.FindAsync(Kind, "a", default));
        Assert.Empty(await ListAsync(stores, "k"));
        Assert.False(await stores.Documents.DeleteAsync(Kind, "a", 1, [], default));
        Assert.True(await stores.Documents.AddAsync(Of("b", unique: ["u"]), [], default));
        // An id that was deleted begins anew.
        Assert.True(await stores.Documents.AddAsync(Of("a"), [], default));
        Assert.Equal(1, (await stores.Documents.FindAsync(Kind, "a", default))!.Version);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task PagesHoldEveryDocumentOfAKeyOnceInOrder(bool newestFirst)
    {
        await using var stores = Open();
        // Three at each place, so that the order within one is put to the test; times go below zero and beyond 32 bits.
        var places = Enumerable.Range(0, 12).Select(i => (Sort: (i / 3 - 1) * 4_000_000_000L, Id: "d" + (i * 7 % 12).ToString("00", CultureInfo.InvariantCulture))).ToList();
        foreach (var (sort, id) in places) await stores.Documents.AddAsync(Of(id, sort: sort, keys: ["mine", "k" + id]), [], default);
        await stores.Documents.AddAsync(Of("other", keys: ["theirs"]), [], default);

        var listed = new List<string>();
        DocumentCursor? after = null;
        IReadOnlyList<StoredDocument> page;
        do
        {
            page = await stores.Documents.ListAsync(Kind, "mine", newestFirst, 5, after, default);
            listed.AddRange(page.Select(document => document.Id));
            if (page.Count > 0) after = new DocumentCursor(page[^1].Sort, page[^1].Id);
        }
        while (page.Count == 5);

        var expected = places.Order().Select(place => place.Id);
        Assert.Equal(newestFirst ? expected.Reverse() : expected, listed);
        Assert.Empty(await stores.Documents.ListAsync("other", "mine", newestFirst, 5, null, default));
    }

    [Fact]
    public async Task ADocumentMayHaveAsManyKeysAsIsPromised()
    {
        await using var stores = Open();
        var many = Enumerable.Range(0, StoredDocument.MostKeys).Select(i => new string('k', 190) + i.ToString(CultureInfo.InvariantCulture)).ToList();

        Assert.True(await stores.Documents.AddAsync(Of("a", keys: many, unique: many), [], default));

        Assert.Equal(["a"], await ListAsync(stores, many[^1]));
        Assert.False(await stores.Documents.AddAsync(Of("b", unique: [many[^1]]), [], default));
    }

    [Fact]
    public async Task AUniqueValueIsOneDocumentsUntilThatLetsItGo()
    {
        await using var stores = Open();
        await stores.Documents.AddAsync(Of("a", unique: ["u1", "u2"]), [], default);
        await stores.Documents.AddAsync(Of("b", unique: ["u3"]), [], default);

        Assert.False(await stores.Documents.AddAsync(Of("c", unique: ["u4", "u2"]), [EventOf("c")], default));
        Assert.False(await stores.Documents.ReplaceAsync(Of("b", data: "2", unique: ["u1"]), [EventOf("b")], default));
        Assert.Null(await stores.Documents.FindAsync(Kind, "c", default));
        Assert.Equal(("{}", 0L), ((await stores.Documents.FindAsync(Kind, "b", default))!.Data, await stores.Outbox.CountAsync(default)));
        // Values are those of a kind, and a document keeps its own when it changes.
        Assert.True(await stores.Documents.AddAsync(Of("a", unique: ["u1"]) with { Kind = "other" }, [], default));
        Assert.True(await stores.Documents.ReplaceAsync(Of("a", unique: ["u1"]), [], default));
        Assert.True(await stores.Documents.ReplaceAsync(Of("b", unique: ["u2"]), [], default));
    }

    [Fact]
    public async Task OfThoseWhoTakeOneValueAtOnceOneGetsIt()
    {
        await using var stores = Open();

        var taken = await Task.WhenAll(Enumerable.Range(0, 20).Select(i => Task.Run(
            () => stores.Documents.AddAsync(Of($"d{i}", keys: ["all"], unique: ["one"]), [EventOf($"d{i}")], default))));

        Assert.Single(taken, isTaken => isTaken);
        Assert.Single(await ListAsync(stores, "all"));
        Assert.Equal(1, await stores.Outbox.CountAsync(default));
    }

    [Fact]
    public async Task WhatHappenedIsNotedInOneStepWithTheChangeAndReadInOrder()
    {
        await using var stores = Open();
        var happened = Enumerable.Range(0, 4).Select(i => EventOf("a", $"thing.step{i}.v1")).ToList();
        await stores.Documents.AddAsync(Of("a"), [happened[0], happened[1]], default);
        await stores.Documents.ReplaceAsync(Of("a"), [happened[2]], default);
        await stores.Documents.DeleteAsync(Kind, "a", 2, [happened[3]], default);

        var noted = await stores.Outbox.ListAsync(1000, default);

        Assert.Equal(happened.Select(Shown), noted.Select(Shown));
        Assert.Equal(happened.Take(2).Select(Shown), (await stores.Outbox.ListAsync(2, default)).Select(Shown));
        Assert.Equal(4, await stores.Outbox.CountAsync(default));
        await stores.Outbox.RemoveAsync([happened[0], happened[2]], default);
        await stores.Outbox.RemoveAsync([happened[0]], default);
        Assert.Equal(["thing.step1.v1", "thing.step3.v1"], (await stores.Outbox.ListAsync(1000, default)).Select(e => e.Type));
    }

    [Fact]
    public async Task AHundredChangesAtOnceAllCount()
    {
        await using var stores = Open();
        var counters = new Documents<Counter>(stores.Documents, Counters);
        await counters.AddAsync(new Counter("one", 0), default);

        var answers = await Task.WhenAll(Enumerable.Range(0, 100).Select(_ => Task.Run(() => counters.ChangeAsync(
            "one", now => new Decision<Counter, Counter>(now) { Change = now with { Count = now.Count + 1 }, Happened = [EventOf("one")] }, default))));

        Assert.Equal(Enumerable.Range(0, 100).Select(i => (long)i), answers.Select(answer => answer!.Count).Order());
        Assert.Equal(100, (await counters.FindAsync("one", default))!.Count);
        Assert.Equal(101, (await stores.Documents.FindAsync("counter", "one", default))!.Version);
        Assert.Equal(100, await stores.Outbox.CountAsync(default));
        Assert.Equal(100, Assert.Single(await counters.ListAsync("count:100", default)).Count);
    }

    [Fact]
    public async Task ADecisionThatWantsATakenValueIsToldAndOneThatChangesNothingNotesNothing()
    {
        await using var stores = Open();
        var counters = new Documents<Counter>(stores.Documents, Counters);
        await counters.AddAsync(new Counter("one", 1), default);
        await counters.AddAsync(new Counter("two", 2), default);

        var taken = await counters.ChangeAsync(
            "one", now => new Decision<Counter, string>("changed") { Change = now with { Count = 2 }, Happened = [EventOf("one")] }, default, "taken");
        var idle = await counters.ChangeAsync("one", _ => new Decision<Counter, string>("idle") { Happened = [EventOf("one")] }, default);
        var absent = await counters.ChangeAsync("three", now => new Decision<Counter, string>("changed") { Change = now }, default);
        var gone = await counters.ChangeAsync("two", _ => new Decision<Counter, string>("gone") { Delete = true, Happened = [EventOf("two")] }, default);

        Assert.Equal(("taken", "idle", null, "gone"), (taken, idle, absent, gone));
        Assert.Equal([new Counter("one", 1)], await counters.FindAsync(["one", "two"], default));
        Assert.Equal("two", Assert.Single(await stores.Outbox.ListAsync(10, default)).Subject);
    }

    private static StoredDocument Of(string id, long sort = 0, string data = "{}", IReadOnlyList<string>? keys = null, IReadOnlyList<string>? unique = null) =>
        new(Kind, id, 1, sort, keys ?? [], unique ?? [], data);

    private static DomainEvent EventOf(string subject, string type = "thing.changed.v1") => DomainEvent.Of(TimeProvider.System, type, subject, "u1", ("key", "value"));

    // Times are kept to the millisecond.
    private static string Shown(DomainEvent e) =>
        $"{e.Id} {e.Type} {e.Subject} {e.Actor} {e.Time.ToUnixTimeMilliseconds()} {string.Join(',', e.Data.Select(pair => $"{pair.Key}={pair.Value}"))}";

    private static async Task<IEnumerable<string>> ListAsync(StoreFixture stores, string key) =>
        (await stores.Documents.ListAsync(Kind, key, newestFirst: true, 100, null, default)).Select(document => document.Id);

    private sealed record Counter(string Id, long Count);
}
