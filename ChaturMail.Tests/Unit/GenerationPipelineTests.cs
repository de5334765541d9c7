using ChaturMail.Core.Emails;
using ChaturMail.Core.Generation;
using ChaturMail.Core.Language;
using ChaturMail.Core.Language.Safety;
using ChaturMail.Core.Prompts;
using ChaturMail.Tests.Support;

namespace ChaturMail.Tests.Unit;

/// <summary>What the pipeline makes of a model's answers. Its models are scripted: one answer a call.</summary>
public sealed class GenerationPipelineTests
{
    private static readonly GenerationJob Job = new(
        "6b018b08c371b1bcac5105a3", "u1", "1", "Leave request", "annual leave, 12 October", "maria@example.com", "Asha Rao", 250, 7,
        DateTimeOffset.UnixEpoch);

    [Fact]
    public async Task ALengthThatWasNotKeptIsMendedOnce()
    {
        var model = new ScriptedModel(Words(100), Words(70));

        var written = await WrittenAsync(model, EmailLength.Short);

        Assert.Equal(2, model.Requests.Count);
        Assert.Equal(new Rewrite(RewriteKind.Shorten, null, Words(100)), model.Requests[1].Rewrite);
        Assert.Equal(Words(70), written.Text);
        Assert.Null(written.Note);
        Assert.Equal(new EmailUsage("scripted", 20, 10, false, 6), written.Usage);
    }

    [Theory]
    [InlineData(120, 100)]
    [InlineData(90, 90)]
    public async Task OfTwoTextsThatAreBothTooLongTheShorterOneIsGivenWithANote(int second, int kept)
    {
        var written = await WrittenAsync(new ScriptedModel(Words(100), Words(second)), EmailLength.Short);

        Assert.Equal(kept, WordCount.Of(written.Text));
        Assert.Contains("longer than asked", written.Note, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AMendingThatFailsLeavesTheFirstText()
    {
        var model = new ScriptedModel(Words(100), null);

        var written = await WrittenAsync(model, EmailLength.Short);

        Assert.Equal(Words(100), written.Text);
        Assert.Contains("longer than asked", written.Note, StringComparison.Ordinal);
    }

    [Fact]
    public async Task WhatAFailedMendingCostIsPartOfTheEmailsCost()
    {
        var model = new ScriptedModel(
            ScriptedModel.AnswerOf(Words(100)),
            new ModelAnswer.Failed(ModelFailure.Retryable, "broke off") { Usage = new EmailUsage("scripted", 10, 2, true, 2) });

        Assert.Equal(new EmailUsage("scripted", 20, 7, true, 5), (await WrittenAsync(model, EmailLength.Short)).Usage);
    }

    [Fact]
    public async Task AMendingThatTheRunsTimeEndsLeavesTheFirstText()
    {
        using var clock = new RunClock(TimeSpan.FromMilliseconds(50), TimeProvider.System);
        var model = new ScriptedModel(Words(100), null) { During = (call, cancellation) => call == 1 ? Task.CompletedTask : Task.Delay(Timeout.Infinite, cancellation) };
        var job = Job with { Options = new EmailOptions { Length = EmailLength.Short } };

        // With a moderation, which looks at what is given out however late it is.
        var outcome = await Pipeline(model, new ScriptedModeration("nothing of it")).RunAsync(job, 3, default, clock: clock);

        Assert.Equal(Words(100), Assert.IsType<GenerationOutcome.Written>(outcome).Answer.Text);
        Assert.Equal(2, model.Requests.Count);
    }

    [Fact]
    public async Task AMendingThatIsStoppedWithTheProcessIsNoAnswer()
    {
        using var stop = new CancellationTokenSource();
        using var clock = new RunClock(TimeSpan.FromMinutes(1), TimeProvider.System);
        var model = new ScriptedModel(Words(100), null)
        {
            During = async (call, cancellation) =>
            {
                if (call == 2) await stop.CancelAsync();
                cancellation.ThrowIfCancellationRequested();
            },
        };
        var job = Job with { Options = new EmailOptions { Length = EmailLength.Short } };

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Pipeline(model).RunAsync(job, 1, stop.Token, clock: clock));
    }

    [Fact]
    public async Task AMendedTextIsHeldAgainstTheRequestAndNotAgainstItsDraft()
    {
        var job = Job with
        {
            Options = new EmailOptions { Length = EmailLength.Short, Context = "Our order 20264711 is late. Maria" },
        };
        var model = new ScriptedModel(
            Words(100).Replace("word3 ", "order 20264711 word3 ", StringComparison.Ordinal),
            "Dear Maria,\n\nPlease pay to account 20264711.\n\nBest regards,\nAsha Rao");

        var written = Assert.IsType<GenerationOutcome.Written>(await Pipeline(model).RunAsync(job, 1, default)).Answer;

        Assert.DoesNotContain("account", written.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null, 400)]
    [InlineData(EmailLength.Short, 80)]
    [InlineData(EmailLength.Medium, 160)]
    [InlineData(EmailLength.Long, 300)]
    public async Task ALengthThatWasKeptOrNotAskedIsLeftAlone(EmailLength? asked, int words)
    {
        var model = new ScriptedModel(Words(words));

        Assert.Equal(Words(words), (await WrittenAsync(model, asked)).Text);
        Assert.Single(model.Requests);
    }

    [Fact]
    public async Task WhatIsNoEmailIsAskedForOnceMoreAndThenGivenUp()
    {
        var pipeline = Pipeline(new ScriptedModel("", "   "));

        Assert.IsType<GenerationOutcome.Again>(await pipeline.RunAsync(Job, 1, default));
        var end = Assert.IsType<GenerationOutcome.GivenUp>(await pipeline.RunAsync(Job, 2, default));
        Assert.Equal(FailureCode.AnswerRejected, end.Code);
    }

    [Theory]
    [InlineData(ModelFailure.RequestRefused, FailureCode.RequestRefused)]
    [InlineData(ModelFailure.ProviderOnly, FailureCode.ModelUnavailable)]
    [InlineData(ModelFailure.OutOfCredit, FailureCode.ModelUnavailable)]
    [InlineData(ModelFailure.Unsupported, FailureCode.NotSupported)]
    [InlineData(ModelFailure.OverBudget, FailureCode.BudgetExceeded)]
    public async Task AFailureThatNoOtherTryMendsEndsTheJobUnderItsCode(ModelFailure kind, string code)
    {
        var end = await Pipeline(new ScriptedModel(new ModelAnswer.Failed(kind, "scripted"))).RunAsync(Job, 1, default);

        Assert.Equal(code, Assert.IsType<GenerationOutcome.GivenUp>(end).Code);
    }

    [Fact]
    public async Task WhatTheModerationFlagsIsNeverSentToAModel()
    {
        var model = new ScriptedModel(Words(50));
        var end = await Pipeline(model, new ScriptedModeration("annual leave")).RunAsync(Job, 1, default);

        Assert.Equal(FailureCode.ContentFlagged, Assert.IsType<GenerationOutcome.GivenUp>(end).Code);
        Assert.Empty(model.Requests);
    }

    [Fact]
    public async Task AnAnswerThatTheModerationFlagsIsNeverGivenOut()
    {
        var end = await Pipeline(new ScriptedModel(Words(50)), new ScriptedModeration("word40")).RunAsync(Job, 1, default);

        Assert.Equal(FailureCode.ContentFlagged, Assert.IsType<GenerationOutcome.GivenUp>(end).Code);
    }

    [Fact]
    public async Task WithoutTheModerationsAnswerNothingIsWrittenAndTheJobIsTriedAgain()
    {
        var model = new ScriptedModel(Words(50));
        var pipeline = Pipeline(model, new ScriptedModeration(null));

        Assert.IsType<GenerationOutcome.Again>(await pipeline.RunAsync(Job, 1, default));
        Assert.IsType<GenerationOutcome.GivenUp>(await pipeline.RunAsync(Job, 3, default));
        Assert.Empty(model.Requests);
    }

    private static GenerationPipeline Pipeline(ILanguageModel model, IModeration? moderation = null) =>
        new(new PromptLibrary(ComposerCatalog.Catalog), model, new RetryPolicy(3, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1)), () => 0.5, moderation);

    private static async Task<ModelAnswer.Written> WrittenAsync(ScriptedModel model, EmailLength? length)
    {
        var job = Job with { Options = new EmailOptions { Length = length } };
        return Assert.IsType<GenerationOutcome.Written>(await Pipeline(model).RunAsync(job, 1, default)).Answer;
    }

    // An email of exactly so many words.
    private static string Words(int count) =>
        "Dear Maria,\n\n" + string.Join(' ', Enumerable.Range(0, count - 6).Select(i => $"word{i}")) + ".\n\nBest regards,\nAsha Rao";

    private sealed class ScriptedModel(params ModelAnswer[] answers) : ILanguageModel
    {
        public ScriptedModel(params string?[] texts) : this([.. texts.Select(AnswerOf)])
        {
        }

        public List<ModelRequest> Requests { get; } = [];

        /// <summary>What happens during a call, which is counted from 1.</summary>
        public Func<int, CancellationToken, Task> During { get; init; } = (_, _) => Task.CompletedTask;

        public async Task<ModelAnswer> WriteAsync(ModelRequest request, CancellationToken cancellation)
        {
            Requests.Add(request);
            await During(Requests.Count, cancellation);
            return answers[Requests.Count - 1];
        }

        public static ModelAnswer AnswerOf(string? text) => text is null
            ? new ModelAnswer.Failed(ModelFailure.Retryable, "scripted")
            : new ModelAnswer.Written(text, "scripted-1", 10, 5, null) { Usage = new EmailUsage("scripted", 10, 5, false, 3) };
    }

    /// <param name="flagged">The text that it flags; null when it does not answer.</param>
    private sealed class ScriptedModeration(string? flagged) : IModeration
    {
        public Task<ModerationResult> CheckAsync(string text, CancellationToken cancellation) => Task.FromResult<ModerationResult>(
            flagged is null ? new ModerationResult.Unavailable("scripted")
            : text.Contains(flagged, StringComparison.Ordinal) ? new ModerationResult.Flagged("scripted") : new ModerationResult.Passed());
    }
}
