using ChaturMail.Core.Content;
using ChaturMail.Core.Storage;

namespace ChaturMail.Tests.Contracts;

/// <summary>What every <see cref="IContentStore"/> does.</summary>
public abstract class ContentStoreContract
{
    protected abstract StoreFixture Open();

    [Fact]
    public async Task WhatIsPublishedIsListedByKindAndId()
    {
        await using var stores = Open();
        Assert.Equal((0L, 0), (await stores.Content.VersionAsync(default), (await stores.Content.ListAsync(default)).Count));

        var tutorial = await stores.Content.PublishAsync(ContentKind.Tutorial, "a", "text", 100, default);
        var second = await stores.Content.PublishAsync(ContentKind.Prompt, "2", "two", 100, default);
        var first = await stores.Content.PublishAsync(ContentKind.Prompt, "1", "ein Ü \"\n$1", 100, default);

        Assert.Equal(new ContentEntry(ContentKind.Prompt, "1", "ein Ü \"\n$1", false, 100, 1), first);
        Assert.Equal([first, second, tutorial], await stores.Content.ListAsync(default));
        Assert.Equal(3, await stores.Content.VersionAsync(default));
    }

    [Fact]
    public async Task EveryChangeRaisesVersionAndTime()
    {
        await using var stores = Open();
        await stores.Content.PublishAsync(ContentKind.Prompt, "1", "one", 100, default);

        var again = await stores.Content.PublishAsync(ContentKind.Prompt, "1", "two", 100, default);
        Assert.Equal(new ContentEntry(ContentKind.Prompt, "1", "two", false, 101, 2), again);
        var withdrawn = await stores.Content.SetWithdrawnAsync(ContentKind.Prompt, "1", true, 50, default);
        Assert.Equal(again with { Withdrawn = true, UpdatedOn = 102, Version = 3 }, withdrawn);
        var later = await stores.Content.SetWithdrawnAsync(ContentKind.Prompt, "1", false, 500, default);
        Assert.Equal(again with { UpdatedOn = 500, Version = 4 }, later);

        Assert.Equal(later, Assert.Single(await stores.Content.ListAsync(default)));
        Assert.Equal(4, await stores.Content.VersionAsync(default));
    }

    [Fact]
    public async Task WhatIsShippedIsWithdrawnByAnEntryWithoutDataAndOfferedByPublishing()
    {
        await using var stores = Open();
        Assert.Equal(
            new ContentEntry(ContentKind.Prompt, "7", "", true, 100, 1), await stores.Content.SetWithdrawnAsync(ContentKind.Prompt, "7", true, 100, default));

        Assert.Equal(
            new ContentEntry(ContentKind.Prompt, "7", "text", false, 101, 2), await stores.Content.PublishAsync(ContentKind.Prompt, "7", "text", 100, default));
    }

    [Fact]
    public async Task OfChangesAtOnceEachCounts()
    {
        await using var stores = Open();

        var entries = await Task.WhenAll(Enumerable.Range(0, 12).Select(i => Task.Run(
            () => stores.Content.PublishAsync(ContentKind.Banner, ContentEntry.BannerId, $"image {i}", 100, default))));

        Assert.Equal(Enumerable.Range(1, 12).Select(i => ((long)i, 99L + i)), entries.Select(e => (e.Version, e.UpdatedOn)).Order());
        Assert.Equal(entries.MaxBy(e => e.Version), Assert.Single(await stores.Content.ListAsync(default)));
        Assert.Equal(12, await stores.Content.VersionAsync(default));
    }
}
