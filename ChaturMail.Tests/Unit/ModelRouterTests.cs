using ChaturMail.Core.Emails;
using ChaturMail.Core.Generation;
using ChaturMail.Core.Language;
using ChaturMail.Core.Language.Composer;
using ChaturMail.Core.Language.Routing;
using ChaturMail.Core.Prompts;
using ChaturMail.Tests.Support;

namespace ChaturMail.Tests.Unit;

/// <summary>Which model writes, in which order they are asked, and what their failures come to.</summary>
public sealed class ModelRouterTests
{
    [Theory]
    [InlineData(500, "server_error", null, 1)]
    [InlineData(401, "invalid_request_error", "invalid_api_key", 1)]
    [InlineData(429, "insufficient_quota", "insufficient_quota", 1)]
    [InlineData(429, "requests", "rate_limit_exceeded", 1)]
    [InlineData(400, "invalid_request_error", null, 0)]
    public async Task AFailureThatIsNotTheRequestsOwnGoesToTheNextProvider(int status, string type, string? code, int callsOfNext)
    {
        await using var first = await ScriptedModelServer.StartAsync(Answers.Error(status, type, code));
        await using var next = await ScriptedModelServer.StartAsync(Answers.Text("Dear Maria,\n\nHello.\n\nAsha"));
        await using var models = new RoutedModels();
        models.Add("openai", first);
        models.Add("backup", next);

        var answer = await models.WriteAsync();

        Assert.Equal((1, callsOfNext), (first.Calls, next.Calls));
        if (callsOfNext == 1) Assert.Equal("backup", Assert.IsType<ModelAnswer.Written>(answer).Usage!.Provider);
        else Assert.Equal(ModelFailure.RequestRefused, Assert.IsType<ModelAnswer.Failed>(answer).Kind);
    }

    [Fact]
    public async Task TheTierDecidesAboutTheRoute()
    {
        await using var models = new RoutedModels { Routes = { Standard = "good", Economy = "cheap, good" } };
        var good = models.Add("good", RoutedModels.Text());
        var cheap = models.Add("cheap", RoutedModels.Text());

        await models.WriteAsync();
        await models.WriteAsync(RoutedModels.Request with { Prompt = RoutedModels.Request.Prompt with { Tier = PromptTier.Economy } });

        Assert.Equal((1, 1), (good.Calls, cheap.Calls));
        Assert.Equal(PromptTier.Economy, cheap.Last!.Prompt.Tier);
    }

    [Fact]
    public async Task AModelThatTheRequestNamesIsAskedAlone()
    {
        await using var models = new RoutedModels { Routes = { Standard = "one" } };
        var one = models.Add("one", RoutedModels.Text());
        var two = models.Add("two", RoutedModels.Failure(ModelFailure.ProviderOnly));

        Assert.Equal(ModelFailure.ProviderOnly, Assert.IsType<ModelAnswer.Failed>(await models.WriteAsync(Naming("two"))).Kind);
        Assert.Equal(OfflineComposer.ModelName, Assert.IsType<ModelAnswer.Written>(await models.WriteAsync(Naming("composer"))).Model);
        Assert.Equal(ModelFailure.ProviderOnly, Assert.IsType<ModelAnswer.Failed>(await models.WriteAsync(Naming("gone"))).Kind);

        Assert.Equal((0, 1), (one.Calls, two.Calls));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task ProvidersThatUseUpTheRunsTimeLeaveTheLastRunToTheComposer(bool isLast)
    {
        await using var models = new RoutedModels();
        models.Add("openai", RoutedModels.Text()).During = (_, cancellation) => Task.Delay(Timeout.Infinite, cancellation);
        using var clock = new RunClock(TimeSpan.FromMilliseconds(20), TimeProvider.System);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(clock.Token, TestContext.Current.CancellationToken);
        var request = RoutedModels.Request with { IsLastAttempt = isLast, Clock = clock };

        var answer = models.Router.WriteAsync(request, either.Token);

        if (isLast) Assert.Equal(ModelRouter.StoodIn, Assert.IsType<ModelAnswer.Written>(await answer).Note);
        else await Assert.ThrowsAnyAsync<OperationCanceledException>(() => answer);
    }

    [Fact]
    public async Task APassingFailureIsWaitedOutAndDoesNotBecomeAComposedEmail()
    {
        await using var models = new RoutedModels();
        models.Add("openai", RoutedModels.Failure(ModelFailure.Retryable, 30), RoutedModels.Text());
        models.Add("backup", RoutedModels.Failure(ModelFailure.Retryable, 20), RoutedModels.Text());

        var failed = Assert.IsType<ModelAnswer.Failed>(await models.WriteAsync());

        Assert.Equal((ModelFailure.Retryable, TimeSpan.FromSeconds(20)), (failed.Kind, failed.RetryAfter));
    }

    [Fact]
    public async Task AProviderThatMayBeAskedAtOnceMakesTheWaitNoLonger()
    {
        await using var models = new RoutedModels();
        models.Add("openai", RoutedModels.Failure(ModelFailure.Retryable, 30));
        models.Add("backup", RoutedModels.Failure(ModelFailure.Retryable));
        Assert.Null(Assert.IsType<ModelAnswer.Failed>(await models.WriteAsync()).RetryAfter);
    }

    [Fact]
    public async Task OnTheLastAttemptTheComposerStandsInAndTheUserIsTold()
    {
        await using var models = new RoutedModels();
        models.Add("openai", RoutedModels.Failure(ModelFailure.Retryable));

        var written = Assert.IsType<ModelAnswer.Written>(await models.WriteAsync(RoutedModels.Request with { IsLastAttempt = true }));

        Assert.Equal((OfflineComposer.ModelName, ModelRouter.StoodIn), (written.Model, written.Note));
    }

    [Fact]
    public async Task AWaitThatNoRetryHasPatienceForIsNotWaitedOut()
    {
        await using var models = new RoutedModels();
        models.Add("openai", RoutedModels.Failure(ModelFailure.Retryable, (int)RetryPolicy.LongestRetryAfter.TotalSeconds + 60));
        Assert.Equal(OfflineComposer.ModelName, Assert.IsType<ModelAnswer.Written>(await models.WriteAsync()).Model);
    }

    [Theory]
    [InlineData(ModelFailure.ProviderOnly)]
    [InlineData(ModelFailure.OutOfCredit)]
    [InlineData(ModelFailure.Unsupported)]
    public async Task AFailureThatDoesNotPassLetsTheComposerWriteAtOnce(ModelFailure kind)
    {
        await using var models = new RoutedModels();
        models.Add("openai", RoutedModels.Failure(kind));
        Assert.Equal(OfflineComposer.ModelName, Assert.IsType<ModelAnswer.Written>(await models.WriteAsync()).Model);
    }

    [Theory]
    [InlineData(ModelFailure.Retryable, ModelFailure.Unsupported, ModelFailure.Retryable)]
    [InlineData(ModelFailure.ProviderOnly, ModelFailure.Unsupported, ModelFailure.ProviderOnly)]
    [InlineData(ModelFailure.Unsupported, ModelFailure.OutOfCredit, ModelFailure.OutOfCredit)]
    [InlineData(ModelFailure.Unsupported, ModelFailure.OverBudget, ModelFailure.OverBudget)]
    [InlineData(ModelFailure.Unsupported, ModelFailure.Unsupported, ModelFailure.Unsupported)]
    public async Task OfAllFailuresTheMostTellingOneIsTold(ModelFailure first, ModelFailure second, ModelFailure told)
    {
        await using var models = new RoutedModels { Routes = { Standard = "openai,backup" } };
        models.Add("openai", RoutedModels.Failure(first));
        models.Add("backup", RoutedModels.Failure(second));

        var failed = Assert.IsType<ModelAnswer.Failed>(await models.WriteAsync(RoutedModels.Request with { IsLastAttempt = true }));

        Assert.Equal((told, $"{first}. {second}."), (failed.Kind, failed.Reason));
    }

    [Fact]
    public async Task WhatOneProviderHasWrittenHalfIsTakenBackBeforeTheNextBegins()
    {
        await using var models = new RoutedModels();
        var first = models.Add("openai", RoutedModels.Failure(ModelFailure.Retryable));
        first.During = (request, _) =>
        {
            request.Sink!.Append("Dear");
            return Task.CompletedTask;
        };
        var next = models.Add("backup", RoutedModels.Text());
        next.During = (request, _) =>
        {
            request.Sink!.Append("Hello");
            return Task.CompletedTask;
        };
        var sink = new NotedSink();

        await models.WriteAsync(RoutedModels.Request with { Sink = sink });

        Assert.Equal(["Dear", "(restart)", "Hello"], sink.Heard);
    }

    [Fact]
    public async Task WhatAFailedCallCostIsPartOfTheEmailsPrice()
    {
        await using var models = new RoutedModels();
        models.Add("openai", RoutedModels.Failure(ModelFailure.Retryable) with { Usage = new EmailUsage("openai", 500, 20, true, 700) });
        models.Add(new ProviderOptions { Name = "backup", InputPrice = 1, OutputPrice = 10 }, RoutedModels.Text());

        var written = Assert.IsType<ModelAnswer.Written>(await models.WriteAsync());

        Assert.Equal(new EmailUsage("backup", 1500, 120, true, 700 + 1_000_000 + 1_000_000), written.Usage);
    }

    [Fact]
    public void TheDefaultRouteIsOpenAiThenTheOthersByNameThenTheComposer()
    {
        var catalog = new ModelCatalog([new() { Name = "zeta" }, new() { Name = "openai" }, new() { Name = "alpha" }], new RouteOptions());
        Assert.Equal(["openai", "alpha", "zeta", "composer"], catalog.Route(PromptTier.Standard));
        Assert.Equal(catalog.Route(PromptTier.Standard), catalog.Route(PromptTier.Economy));
        Assert.Equal("openai", Assert.Single(catalog.All, model => model.IsDefault).Name);
        Assert.Equal("composer", Assert.Single(new ModelCatalog([], new RouteOptions()).All).Name);
    }

    private static ModelRequest Naming(string model) => RoutedModels.Request with { Options = new EmailOptions { Model = model } };

    private sealed class NotedSink : ITextSink
    {
        public List<string> Heard { get; } = [];

        public void Append(string piece) => Heard.Add(piece);

        public void Restart() => Heard.Add("(restart)");
    }
}
