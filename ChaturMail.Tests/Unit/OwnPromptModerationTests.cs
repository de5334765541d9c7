using ChaturMail.Core.Accounts;
using ChaturMail.Core.Emails;
using ChaturMail.Core.Generation;
using ChaturMail.Core.Language;
using ChaturMail.Core.Language.Safety;
using ChaturMail.Core.Prompts;
using ChaturMail.Tests.Contracts;
using ChaturMail.Tests.Support;

namespace ChaturMail.Tests.Unit;

/// <summary>A guidance is a user's text like any other, so it is moderated like any other.</summary>
public sealed class OwnPromptModerationTests
{
    [Fact]
    public async Task TheGuidanceWithItsValuesIsModeratedBeforeAModelReadsIt()
    {
        await using var stores = new SqliteFixture();
        await stores.SignInAsync("u1");
        var prompt = OwnPromptStoreContract.PromptOf(stores, "u1");
        await stores.OwnPrompts.AddAsync(prompt, default);
        var job = stores.JobOf("u1") with
        {
            PromptId = prompt.Id,
            Options = new EmailOptions { Placeholders = new Dictionary<string, string> { ["client"] = "Northwind", ["amount"] = "5 EUR" } },
        };
        var moderation = new Flagging();
        var pipeline = new GenerationPipeline(
            new PromptLibrary(ComposerCatalog.Catalog, stores.OwnPrompts, new CoinOptions()), new Unasked(), new RetryPolicy(3, TimeSpan.Zero, TimeSpan.Zero), () => 0.5, moderation);

        var outcome = await pipeline.RunAsync(job, 1, default);

        Assert.Equal(FailureCode.ContentFlagged, Assert.IsType<GenerationOutcome.GivenUp>(outcome).Code);
        Assert.Contains("Ask Northwind for 5 EUR.", moderation.Checked, StringComparison.Ordinal);
    }

    private sealed class Flagging : IModeration
    {
        public string Checked { get; private set; } = "";

        public Task<ModerationResult> CheckAsync(string text, CancellationToken cancellation)
        {
            Checked = text;
            return Task.FromResult<ModerationResult>(new ModerationResult.Flagged("test"));
        }
    }

    private sealed class Unasked : ILanguageModel
    {
        public Task<ModelAnswer> WriteAsync(ModelRequest request, CancellationToken cancellation) => throw new InvalidOperationException("A model was asked.");
    }
}
