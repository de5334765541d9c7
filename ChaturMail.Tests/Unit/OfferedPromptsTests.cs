using ChaturMail.Core.Content;
using ChaturMail.Core.Prompts;
using ChaturMail.Core.Storage;
using ChaturMail.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;

namespace ChaturMail.Tests.Unit;

/// <summary>A template that is published is known at once, whoever reads it first.</summary>
public sealed class OfferedPromptsTests
{
    [Fact]
    public async Task ATemplateThatAnotherLookIsJustReadingIsFound()
    {
        var store = new SlowStore();
        using var feed = new ContentFeed(store, TimeProvider.System, NullLogger<ContentFeed>.Instance);
        var prompts = new OfferedPrompts(ComposerCatalog.Catalog, feed, NullLogger<OfferedPrompts>.Instance);
        var look = feed.LookAsync(default);

        var find = prompts.FindAsync("900", default).AsTask();
        Assert.False(find.IsCompleted);
        store.Entries.SetResult([new ContentEntry(ContentKind.Prompt, "900", Operators.Template(), Withdrawn: false, 1, 1)]);

        await look;
        Assert.Equal("900", (await find)?.Id);
    }

    private sealed class SlowStore : IContentStore
    {
        public TaskCompletionSource<IReadOnlyList<ContentEntry>> Entries { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task<long> VersionAsync(CancellationToken cancellation) => Task.FromResult(1L);

        public Task<IReadOnlyList<ContentEntry>> ListAsync(CancellationToken cancellation) => Entries.Task;

        public Task<ContentEntry> PublishAsync(ContentKind kind, string id, string data, long updatedOn, CancellationToken cancellation) =>
            throw new NotSupportedException();

        public Task<ContentEntry> SetWithdrawnAsync(ContentKind kind, string id, bool withdrawn, long updatedOn, CancellationToken cancellation) =>
            throw new NotSupportedException();
    }
}
