using System.Globalization;
using ChaturMail.Core.Conversations;
using ChaturMail.Core.Events;
using ChaturMail.Core.Storage;

namespace ChaturMail.Tests.Contracts;

/// <summary>What every <see cref="IMessageStore"/> does.</summary>
public abstract class MessageStoreContract
{
    private const string A = "a1a1a1a1a1a1a1a1a1a1a1a1";
    private const string B = "b1b1b1b1b1b1b1b1b1b1b1b1";

    protected abstract StoreFixture Open();

    [Fact]
    public async Task AMessageIsKeptAsItIs()
    {
        await using var stores = Open();
        var message = MessageOf(stores, A, "u1", "नमस्ते „Asha“ 😀\nline two") with { Mentions = ["u2", "u3"], Attachments = ["f1", "f2"] };
        var added = await AddAsync(stores, message);
        Assert.Equal((1L, 1L), (added.Sequence, added.Change));
        var reply = await AddAsync(stores, MessageOf(stores, A, "u2", "yes") with { ReplyTo = added.Id });

        ExpectSame(message with { Sequence = 1, Change = 1 }, await stores.Messages.FindAsync(message.Id, default));
        ExpectSame(message with { Sequence = 1, Change = 1 }, await stores.Messages.FindByKeyAsync(A, message.Key, default));
        Assert.Equal(added.Id, (await stores.Messages.FindAsync(reply.Id, default))!.ReplyTo);
        Assert.Null(await stores.Messages.FindAsync(DocumentId.New(stores.Time), default));
        Assert.Null(await stores.Messages.FindByKeyAsync(B, message.Key, default));
    }

    [Fact]
    public async Task EachConversationCountsItsOwnChangesWithoutGapsHoweverManyWriteAtOnce()
    {
        await using var stores = Open();
        var added = await Task.WhenAll(Enumerable.Range(0, 100).Select(i => Task.Run(() => AddAsync(stores, MessageOf(stores, i % 2 == 0 ? A : B, "u" + (i % 7))))));
        var edited = await Task.WhenAll(added.Where(m => m.ConversationId == A).Take(20).Select(m => Task.Run(() => EditAsync(stores, m, "new"))));

        Assert.Equal(Enumerable.Range(1, 50).Select(n => (long)n), added.Where(m => m.ConversationId == B).Select(m => m.Change).Order());
        Assert.Equal(Enumerable.Range(51, 20).Select(n => (long)n), edited.Select(m => m!.Change).Order());
        Assert.Equal(
            Enumerable.Range(1, 70).Select(n => (long)n),
            added.Where(m => m.ConversationId == A).Concat(edited!).Select(m => m!.Change).Order());
    }

    [Fact]
    public async Task OfFiftyRequestsAtOnceWithOneClientIdOneIsStored()
    {
        await using var stores = Open();
        var all = await Task.WhenAll(Enumerable.Range(0, 50).Select(i => Task.Run(
            () => stores.Messages.AddAsync(MessageOf(stores, A, "u1", "text " + i) with { ClientId = "same" }, EventOf(stores), default))));

        Assert.Single(all, addition => addition!.IsNew);
        Assert.Single(all.Select(addition => (addition!.Message.Id, addition.Message.Text, addition.Message.Change)).Distinct());
        Assert.Single(await stores.Messages.ListAsync(A, long.MaxValue, true, 10, default));
        Assert.Single(await stores.Outbox.ListAsync(10, default));
        // Another's, and the same in another conversation, is another message.
        Assert.True((await stores.Messages.AddAsync(MessageOf(stores, A, "u2") with { ClientId = "same" }, EventOf(stores), default))!.IsNew);
        Assert.True((await stores.Messages.AddAsync(MessageOf(stores, B, "u1") with { ClientId = "same" }, EventOf(stores), default))!.IsNew);
    }

    [Fact]
    public async Task WhatHappenedIsNotedWithTheNumberThatTheMessageGot()
    {
        await using var stores = Open();
        await AddAsync(stores, MessageOf(stores, A, "u1"));
        var second = await AddAsync(stores, MessageOf(stores, A, "u1"));
        await EditAsync(stores, second, "new");
        // A change that is none notes nothing.
        await stores.Messages.ChangeAsync(A, second.Id, _ => null, EventOf(stores), default);

        Assert.Equal(["1", "2", "3"], (await stores.Outbox.ListAsync(10, default)).Select(e => e.Data["change"]));
    }

    [Fact]
    public async Task AChangeMovesAMessageToTheEndOfTheChangesAndLeavesItInItsPlace()
    {
        await using var stores = Open();
        var messages = await AddManyAsync(stores, A, 5);

        var edited = await EditAsync(stores, messages[1], "edited");
        var deleted = await stores.Messages.ChangeAsync(A, messages[3].Id, m => m with { Text = "", DeletedOn = 99 }, EventOf(stores), default);

        Assert.Equal((2L, 6L, "edited"), (edited!.Sequence, edited.Change, edited.Text));
        Assert.Equal((4L, 7L, "", 99L), (deleted!.Sequence, deleted.Change, deleted.Text, deleted.DeletedOn));
        Assert.Equal([1L, 3, 5, 6, 7], (await stores.Messages.ListChangesAsync(A, 0, 100, default)).Select(m => m.Change));
        Assert.Equal([5L, 6], (await stores.Messages.ListChangesAsync(A, 3, 2, default)).Select(m => m.Change));
        Assert.Empty(await stores.Messages.ListChangesAsync(A, 7, 100, default));
        Assert.Equal([1L, 2, 3, 4, 5], (await stores.Messages.ListAsync(A, 0, false, 100, default)).Select(m => m.Sequence));
        Assert.Null(await stores.Messages.ChangeAsync(B, messages[0].Id, m => m, EventOf(stores), default));
        Assert.Null(await stores.Messages.ChangeAsync(A, DocumentId.New(stores.Time), m => m, EventOf(stores), default));
        ExpectSame(messages[0], await stores.Messages.ChangeAsync(A, messages[0].Id, _ => null, EventOf(stores), default));
    }

    [Fact]
    public async Task PagesGoInBothDirectionsNearestFirst()
    {
        await using var stores = Open();
        await AddManyAsync(stores, A, 7);
        await AddManyAsync(stores, B, 2);

        Assert.Equal([7L, 6, 5], (await stores.Messages.ListAsync(A, long.MaxValue, true, 3, default)).Select(m => m.Sequence));
        Assert.Equal([4L, 3, 2], (await stores.Messages.ListAsync(A, 5, true, 3, default)).Select(m => m.Sequence));
        Assert.Equal([6L, 7], (await stores.Messages.ListAsync(A, 5, false, 3, default)).Select(m => m.Sequence));
        Assert.Empty(await stores.Messages.ListAsync(A, 1, true, 3, default));
    }

    [Fact]
    public async Task OthersMessagesAreUnreadUntilTheyAreSeenAndDeletedOnesAreNot()
    {
        await using var stores = Open();
        var messages = await AddManyAsync(stores, A, 4, "u1");
        await AddManyAsync(stores, A, 2, "u2");
        await stores.Messages.ChangeAsync(A, messages[3].Id, m => m with { Text = "", DeletedOn = 1 }, EventOf(stores), default);

        Assert.Equal((3, 7L, 6L), await HeadAsync(stores, "u2", A));
        Assert.Equal((2, 7L, 6L), await HeadAsync(stores, "u1", A));
        await stores.Messages.AdvanceAsync(A, "u2", 7, 2, default);
        Assert.Equal((1, 7L, 6L), await HeadAsync(stores, "u2", A));
        await stores.Messages.AdvanceAsync(A, "u2", 7, 6, default);
        var head = Assert.Single(await stores.Messages.HeadsAsync("u2", [A, B], default));
        Assert.Equal((0, new ReadPosition("u2", 7, 6)), (head.Unread, head.Position));
    }

    [Fact]
    public async Task MoreThanAHundredUnreadAreAHundred()
    {
        await using var stores = Open();
        await AddManyAsync(stores, A, 130);
        Assert.Equal(IMessageStore.MostUnread, (await HeadAsync(stores, "u2", A)).Unread);
    }

    [Fact]
    public async Task APositionNeverGoesBackNorBeyondWhatThereIs()
    {
        await using var stores = Open();
        await AddManyAsync(stores, A, 5);

        Assert.Equal(new PositionAdvance(new ReadPosition("u2", 3, 2), true), await stores.Messages.AdvanceAsync(A, "u2", 3, 2, default));
        Assert.Equal(new PositionAdvance(new ReadPosition("u2", 3, 2), false), await stores.Messages.AdvanceAsync(A, "u2", 1, 1, default));
        Assert.Equal(new PositionAdvance(new ReadPosition("u2", 3, 3), true), await stores.Messages.AdvanceAsync(A, "u2", 0, 99, default));
        Assert.Equal(new PositionAdvance(new ReadPosition("u2", 5, 3), true), await stores.Messages.AdvanceAsync(A, "u2", 99, 0, default));
        Assert.Equal(new PositionAdvance(new ReadPosition("u2", 0, 0), false), await stores.Messages.AdvanceAsync(B, "u2", 9, 9, default));

        await Task.WhenAll(Enumerable.Range(1, 5).Select(i => Task.Run(() => stores.Messages.AdvanceAsync(A, "u3", i, i, default))));
        Assert.Equal(
            [new ReadPosition("u2", 5, 3), new ReadPosition("u3", 5, 5)],
            (await stores.Messages.PositionsAsync(A, default)).OrderBy(p => p.Uid, StringComparer.Ordinal));
        await stores.Messages.RemovePositionAsync(A, "u2", default);
        Assert.Equal("u3", Assert.Single(await stores.Messages.PositionsAsync(A, default)).Uid);
    }

    [Fact]
    public async Task TheSearchFindsWhatIsWrittenInWhateverCaseAndTakesNoCharacterForAnother()
    {
        await using var stores = Open();
        foreach (var text in new[] { "Rechnung über 100% bezahlt", "RECHNUNG offen", "यह बिल है", "a_b", "axb", "100 percent" })
            await AddAsync(stores, MessageOf(stores, A, "u1", text));
        var elsewhere = await AddAsync(stores, MessageOf(stores, B, "u1", "rechnung"));

        Assert.Equal(["RECHNUNG offen", "Rechnung über 100% bezahlt"], await SearchAsync(stores, "rechnung", A));
        Assert.Equal(["rechnung", "RECHNUNG offen", "Rechnung über 100% bezahlt"], await SearchAsync(stores, "rechnung", A, B));
        Assert.Equal(["Rechnung über 100% bezahlt"], await SearchAsync(stores, "ÜBER 100%", A));
        Assert.Equal(["a_b"], await SearchAsync(stores, "a_b", A));
        Assert.Equal(["यह बिल है"], await SearchAsync(stores, "बिल", A));
        Assert.Empty(await SearchAsync(stores, "%", B));
        await stores.Messages.ChangeAsync(B, elsewhere.Id, m => m with { DeletedOn = 1 }, EventOf(stores), default);
        Assert.Empty(await SearchAsync(stores, "rechnung", B));
    }

    [Fact]
    public async Task PagesOfASearchHoldEveryMessageOnce()
    {
        await using var stores = Open();
        await AddManyAsync(stores, A, 7);
        await AddManyAsync(stores, B, 4);
        var found = new List<Message>();
        string? before = null;
        do
        {
            var page = await stores.Messages.SearchAsync([A, B], "text", 4, before, default);
            found.AddRange(page.Messages);
            before = page.NextBeforeId;
        }
        while (before is not null);
        Assert.Equal(11, found.Select(m => m.Id).Distinct().Count());
        Assert.Equal(found.Select(m => m.Id).OrderDescending(StringComparer.Ordinal), found.Select(m => m.Id));
    }

    [Fact]
    public async Task AClosedConversationTakesNothingUntilItIsForgotten()
    {
        await using var stores = Open();
        var kept = (await AddManyAsync(stores, A, 3))[0];
        await stores.Messages.AdvanceAsync(A, "u2", 3, 3, default);
        await AddManyAsync(stores, B, 1);

        await stores.Messages.CloseAsync(A, default);
        await stores.Messages.CloseAsync(A, default);

        Assert.Null(await stores.Messages.AddAsync(MessageOf(stores, A, "u1"), EventOf(stores), default));
        Assert.Null(await EditAsync(stores, kept, "new"));
        await stores.Messages.DeleteAsync(A, 2, default);
        Assert.Equal(3, Assert.Single(await stores.Messages.ListAsync(A, 0, false, 10, default)).Sequence);
        await stores.Messages.DeleteAsync(A, 3, default);
        Assert.False((await stores.Messages.AdvanceAsync(A, "u2", 3, 3, default)).HasMoved);
        Assert.Empty(await stores.Messages.ListAsync(A, 0, false, 10, default));
        Assert.Empty(await stores.Messages.PositionsAsync(A, default));
        Assert.Null(await stores.Messages.AddAsync(MessageOf(stores, A, "u1"), EventOf(stores), default));
        Assert.Single(await stores.Messages.ListAsync(B, 0, false, 10, default));

        await stores.Messages.ForgetAsync(A, default);
        Assert.Equal(1, (await AddAsync(stores, MessageOf(stores, A, "u1"))).Change);
    }

    [Fact]
    public async Task AfterAConversationIsClosedNoneOfManyWritersLeavesAMessageInIt()
    {
        await using var stores = Open();
        var writers = Task.WhenAll(Enumerable.Range(0, 200).Select(i => Task.Run(() => stores.Messages.AddAsync(MessageOf(stores, A, "u1"), EventOf(stores), default))));
        await stores.Messages.CloseAsync(A, default);
        var last = await stores.Messages.ListAsync(A, long.MaxValue, true, 1, default);
        await stores.Messages.DeleteAsync(A, last is [var newest] ? newest.Sequence : 0, default);
        await writers;
        Assert.Empty(await stores.Messages.ListAsync(A, 0, false, 10, default));
    }

    [Fact]
    public async Task AnErasedSenderLeavesPlacesAndNothingElse()
    {
        await using var stores = Open();
        var early = MessageOf(stores, A, "u1", "secret") with { CreatedOn = 1000, Mentions = ["u2"], Attachments = ["f1"] };
        await AddAsync(stores, early);
        await AddAsync(stores, MessageOf(stores, B, "u1", "secret") with { CreatedOn = 1001 });
        var late = await AddAsync(stores, MessageOf(stores, A, "u1", "of the next account") with { CreatedOn = 5000 });
        var other = await AddAsync(stores, MessageOf(stores, A, "u2", "kept") with { CreatedOn = 1002, Mentions = ["u1", "u3"] });
        await stores.Messages.AdvanceAsync(A, "u1", 2, 2, default);
        await stores.Messages.AdvanceAsync(A, "u2", 2, 2, default);
        Assert.Equal(["secret", "secret", "of the next account"], (await stores.Messages.ListOfSenderAsync("u1", null, 10, default)).Select(m => m.Text));

        var erased = 0;
        while (await stores.Messages.EraseSenderAsync("u1", DateTimeOffset.FromUnixTimeMilliseconds(5000), 1, default) is > 0 and var count) erased += count;

        Assert.Equal(3, erased);
        var place = (await stores.Messages.FindAsync(early.Id, default))!;
        Assert.Equal(("", "", "", 5000L, 1L, 4L), (place.SenderId, place.Text, place.ClientId, place.DeletedOn, place.Sequence, place.Change));
        Assert.Empty(place.Mentions.Concat(place.Attachments));
        Assert.Equal(late.Id, Assert.Single(await stores.Messages.ListOfSenderAsync("u1", null, 10, default)).Id);
        Assert.Equal(["u3"], (await stores.Messages.FindAsync(other.Id, default))!.Mentions);
        Assert.Equal("u2", Assert.Single(await stores.Messages.PositionsAsync(A, default)).Uid);
        Assert.Equal([2L, 3, 4], (await stores.Messages.ListChangesAsync(A, 0, 10, default)).Select(m => m.Change));
        Assert.Null(await stores.Messages.FindByKeyAsync(A, early.Key, default));
    }

    [Fact]
    public async Task ASendersMessagesAreListedPageByPage()
    {
        await using var stores = Open();
        await AddManyAsync(stores, A, 3, "u1");
        await AddManyAsync(stores, B, 2, "u1");
        await AddManyAsync(stores, B, 2, "u2");
        var first = await stores.Messages.ListOfSenderAsync("u1", null, 3, default);
        var second = await stores.Messages.ListOfSenderAsync("u1", first[^1].Id, 3, default);
        Assert.Equal(5, first.Concat(second).Select(m => m.Id).Distinct().Count());
        Assert.All(first.Concat(second), m => Assert.Equal("u1", m.SenderId));
    }

    internal static Message MessageOf(StoreFixture stores, string conversationId, string sender, string text = "text") =>
        new(DocumentId.New(stores.Time), conversationId, 0, 0, sender, Guid.NewGuid().ToString("n"), text, 1_795_263_240_000);

    internal static Func<Message, DomainEvent> EventOf(StoreFixture stores) => m => DomainEvent.Of(
        stores.Time, "message.sent.v1", m.Id, m.SenderId, ("conversationId", m.ConversationId), ("change", m.Change.ToString(CultureInfo.InvariantCulture)));

    private static async Task<Message> AddAsync(StoreFixture stores, Message message) =>
        (await stores.Messages.AddAsync(message, EventOf(stores), default))!.Message;

    private static async Task<List<Message>> AddManyAsync(StoreFixture stores, string conversationId, int count, string sender = "u1")
    {
        var all = new List<Message>();
        for (var i = 0; i < count; i++) all.Add(await AddAsync(stores, MessageOf(stores, conversationId, sender)));
        return all;
    }

    private static Task<Message?> EditAsync(StoreFixture stores, Message message, string text) =>
        stores.Messages.ChangeAsync(message.ConversationId, message.Id, m => m with { Text = text, EditedOn = 5 }, EventOf(stores), default);

    private static async Task<(int Unread, long Change, long Last)> HeadAsync(StoreFixture stores, string uid, string conversationId)
    {
        var head = Assert.Single(await stores.Messages.HeadsAsync(uid, [conversationId], default));
        return (head.Unread, head.Change, head.Last.Sequence);
    }

    private static async Task<IEnumerable<string>> SearchAsync(StoreFixture stores, string text, params string[] conversationIds) =>
        (await stores.Messages.SearchAsync(conversationIds, text, 10, null, default)).Messages.Select(m => m.Text);

    private static void ExpectSame(Message expected, Message? actual)
    {
        Assert.NotNull(actual);
        Assert.Equal(expected.Mentions, actual.Mentions);
        Assert.Equal(expected.Attachments, actual.Attachments);
        Assert.Equal(expected with { Mentions = actual.Mentions, Attachments = actual.Attachments }, actual);
    }
}
