using ChaturMail.Core.Language;
using ChaturMail.Core.Translation;
using ChaturMail.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;

namespace ChaturMail.Tests.Worker;

/// <summary>From a reader's request to a translation, on a real store, with a model by script.</summary>
public sealed class TranslatorTests : IAsyncDisposable
{
    private const string English = "See you tomorrow at ten in the morning.";
    private const string German = "Wir sehen uns morgen um zehn.";

    private readonly TranslationDesk _desk = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public ValueTask DisposeAsync() => _desk.DisposeAsync();

    [Fact]
    public async Task ATextIsTranslatedOnceForAllOfItsReadersAndNamesNobody()
    {
        _desk.Texts.Put("m1", English);
        _desk.Texts.Put("m2", English);

        Assert.Equal(TranslationState.Pending, (await _desk.AskAsync("u1", "m1")).State);
        Assert.Equal(1, await _desk.WorkAsync());
        var first = await _desk.AskAsync("u1", "m1");
        var second = await _desk.AskAsync("u2", "m2");

        Assert.Equal((TranslationState.Translated, German, "en"), (first.State, first.Text, first.Source));
        Assert.Equal(first, second);
        Assert.Equal(1, _desk.Model.Calls);
        var stored = await _desk.StoredAsync("translation", TranslatedText.All);
        Assert.Contains(German, stored, StringComparison.Ordinal);
        foreach (var secret in new[] { "u1", "u2", "m1", "m2", English }) Assert.DoesNotContain(secret, stored, StringComparison.Ordinal);
        Assert.Empty(await _desk.StoredAsync("translation-task", TranslationTask.ToDo));
    }

    [Fact]
    public async Task WhoAsksForTheSameAtOnceSharesOneTaskThatHoldsNoTextAndAllAreTold()
    {
        _desk.Texts.Put("m1", English);
        _desk.Texts.Put("m2", English);

        await Task.WhenAll(Enumerable.Range(0, 8).Select(i => _desk.AskAsync($"reader{i % 4}", i < 6 ? "m1" : "m2")));
        Assert.DoesNotContain("tomorrow", await _desk.StoredAsync("translation-task", TranslationTask.ToDo), StringComparison.Ordinal);

        Assert.Equal((1, 1), (await _desk.WorkAsync(), _desk.Model.Calls));
        Assert.Equal(
            ["reader0 m1", "reader1 m1", "reader2 m1", "reader2 m2", "reader3 m1", "reader3 m2"],
            _desk.Channel.All.Select(told => $"{told.Uid} {(told.Data.Contains("\"m1\"", StringComparison.Ordinal) ? "m1" : "m2")}").Order());
        Assert.All(_desk.Channel.All, told => Assert.Equal("translation", told.Type));
        Assert.Equal($$"""{"messageId":"m2","language":"de","source":"en","text":"{{German}}"}""", _desk.Channel.All[^1].Data);
    }

    [Fact]
    public async Task AnEditedTextIsTranslatedAnewAndTheOldOneNotAtAll()
    {
        _desk.Texts.Put("m1", English);
        await _desk.AskAsync("u1", "m1");
        _desk.Texts.Put("m1", "See you on Friday at noon, if the train is on time.");

        await _desk.WorkAsync();
        Assert.Equal(0, _desk.Model.Calls);
        Assert.Equal(TranslationState.Pending, (await _desk.AskAsync("u1", "m1")).State);
        await _desk.WorkAsync();
        Assert.Equal(1, _desk.Model.Calls);
        Assert.Equal("See you on Friday at noon, if the train is on time.", _desk.Model.Last!.Rewrite!.Draft);
    }

    [Fact]
    public async Task WhatIsDeletedWhileTheModelIsAtItIsKeptInNoLanguage()
    {
        _desk.Texts.Put("m1", English);
        await _desk.AskAsync("u1", "m1");
        _desk.Model.During = (_, _) =>
        {
            _desk.Texts.Remove("m1");
            return Task.CompletedTask;
        };

        await _desk.WorkAsync();

        Assert.Equal(1, _desk.Model.Calls);
        Assert.Empty(await _desk.StoredAsync("translation", TranslatedText.All));
        Assert.Empty(_desk.Channel.All);
    }

    [Fact]
    public async Task WhoMayNotSeeTheTextAnyMoreGetsNoTranslationOfIt()
    {
        _desk.Texts.Put("m1", English);
        await _desk.AskAsync("removed", "m1");
        await _desk.AskAsync("member", "m1");
        _desk.Texts.Hide("m1", "removed");

        await _desk.WorkAsync();

        // Whoever may see it pays.
        Assert.Equal("member", _desk.Model.Last!.UserId);
        Assert.Equal("member", Assert.Single(_desk.Channel.All).Uid);
    }

    [Fact]
    public async Task AProviderThatIsAwayIsAskedAgainAtTheNextReadingAfterAMinute()
    {
        await using var desk = new TranslationDesk(RoutedModels.Failure(ModelFailure.Retryable), TranslationDesk.Text(German));
        desk.Texts.Put("m1", English);
        await desk.AskAsync("u1", "m1");
        await desk.WorkAsync();

        var failed = await desk.AskAsync("u2", "m1");
        Assert.Equal((TranslationState.Failed, TranslationCode.Failed, null), (failed.State, failed.Code, failed.Text));
        Assert.Equal((0, 1), (await desk.WorkAsync(), desk.Model.Calls));

        desk.Time.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(TranslationState.Pending, (await desk.AskAsync("u2", "m1")).State);
        await desk.WorkAsync();
        Assert.Equal(German, (await desk.AskAsync("u1", "m1")).Text);
    }

    [Fact]
    public async Task WhatOneReadersBudgetDoesNotAllowAnothersMay()
    {
        await using var desk = new TranslationDesk(RoutedModels.Failure(ModelFailure.OverBudget), TranslationDesk.Text(German));
        desk.Texts.Put("m1", English);
        await desk.AskAsync("poor", "m1");
        await desk.WorkAsync();

        Assert.Equal(TranslationCode.OverBudget, (await desk.AskAsync("poor", "m1")).Code);
        Assert.Equal(TranslationState.Pending, (await desk.AskAsync("rich", "m1")).State);
        await desk.WorkAsync();
        Assert.Equal("rich", desk.Model.Last!.UserId);
        Assert.Equal(German, (await desk.AskAsync("poor", "m1")).Text);
    }

    [Fact]
    public async Task AnAnswerThatLeadsElsewhereIsTriedOnceMoreAndNeverShown()
    {
        await using var desk = new TranslationDesk(TranslationDesk.Text("Wir sehen uns, siehe https://evil.example/pay"));
        desk.Texts.Put("m1", English);
        await desk.AskAsync("u1", "m1");
        await desk.WorkAsync();

        var answer = await desk.AskAsync("u1", "m1");
        Assert.Equal((TranslationCode.Failed, null, 2), (answer.Code, answer.Text, desk.Model.Calls));
        Assert.Empty(await desk.StoredAsync("translation", TranslatedText.All));
        // The model is at fault: a minute will not mend it.
        desk.Time.Advance(TimeSpan.FromMinutes(2));
        Assert.Equal(TranslationState.Failed, (await desk.AskAsync("u1", "m1")).State);
        desk.Time.Advance(TimeSpan.FromHours(1));
        Assert.Equal(TranslationState.Pending, (await desk.AskAsync("u1", "m1")).State);
    }

    [Fact]
    public async Task AModelThatHangsIsLeftAfterItsTime()
    {
        _desk.Options.Timeout = TimeSpan.FromMilliseconds(50);
        _desk.Model.During = (_, cancelled) => Task.Delay(Timeout.Infinite, cancelled);
        _desk.Texts.Put("m1", English);
        await _desk.AskAsync("u1", "m1");

        await _desk.WorkAsync();

        Assert.Equal(TranslationCode.Failed, (await _desk.AskAsync("u1", "m1")).Code);
    }

    [Fact]
    public async Task WhatWaitsForItsTurnAtAProviderEndsBeforeAnotherWorkerMayTakeIt()
    {
        _desk.Texts.Put("m1", English);
        await _desk.AskAsync("u1", "m1");
        var task = Assert.Single(await _desk.Translator.TakeAsync(10, Cancellation));
        var timer = new HandTimer();
        var longest = TimeSpan.MaxValue;
        _desk.Model.During = async (request, cancelled) =>
        {
            using var turn = request.Clock!.Pause();
            longest = await timer.NextSettingAsync();
            timer.GoOff();
            await Task.Delay(Timeout.Infinite, cancelled);
        };
        var translator = new Translator(
            _desk.Store, _desk.Model, new TranslationSources([_desk.Texts]), _desk.Outcomes, _desk.Options, timer, NullLogger<Translator>.Instance);

        await translator.RunAsync(task, Cancellation);

        Assert.InRange(longest, _desk.Options.Timeout, DateTimeOffset.FromUnixTimeMilliseconds(task.DueOn) - _desk.Time.GetUtcNow() - TimeSpan.FromSeconds(10));
        Assert.Contains(TranslationCode.Failed, await _desk.StoredAsync("translation-task", TranslationTask.Ended), StringComparison.Ordinal);
        _desk.Time.Advance(TimeSpan.FromMinutes(4));
        Assert.Equal((0, 1), (await _desk.WorkAsync(), _desk.Model.Calls));
    }

    [Fact]
    public async Task AWorkerThatStopsGivesItsTaskBackAndOneThatDiesLosesItToAnother()
    {
        _desk.Texts.Put("m1", English);
        await _desk.AskAsync("u1", "m1");
        using var stop = new CancellationTokenSource();
        _desk.Model.During = (_, cancelled) =>
        {
            stop.Cancel();
            return Task.Delay(Timeout.Infinite, cancelled);
        };
        await _desk.Translator.RunAsync(Assert.Single(await _desk.Translator.TakeAsync(10, Cancellation)), stop.Token);

        _desk.Model.During = (_, _) => Task.CompletedTask;
        // Taken, and never run: nobody else has it before its time is over.
        Assert.Equal(1, Assert.Single(await _desk.Translator.TakeAsync(10, Cancellation)).Attempts);
        Assert.Equal(0, await _desk.WorkAsync());
        _desk.Time.Advance(TimeSpan.FromMinutes(4));
        Assert.Equal(1, await _desk.WorkAsync());
        Assert.Equal(German, (await _desk.AskAsync("u1", "m1")).Text);
    }

    [Fact]
    public async Task WhatKillsItsWorkerThreeTimesIsGivenUp()
    {
        _desk.Texts.Put("m1", English);
        await _desk.AskAsync("u1", "m1");
        for (var i = 0; i < TranslationTask.MostAttempts; i++)
        {
            Assert.Single(await _desk.Translator.TakeAsync(10, Cancellation));
            _desk.Time.Advance(TimeSpan.FromMinutes(4));
        }

        Assert.Equal((1, 0), (await _desk.WorkAsync(), _desk.Model.Calls));
        Assert.Equal(TranslationCode.Failed, (await _desk.AskAsync("u1", "m1")).Code);
    }

    [Fact]
    public async Task ALongEmailIsTranslatedInPiecesThatKeepTheirBlanks()
    {
        await using var desk = new TranslationDesk(TranslationDesk.Text("eins"), TranslationDesk.Text("zwei"));
        var paragraph = string.Concat(Enumerable.Repeat("We look forward to seeing all of you there. ", 60)).Trim();
        desk.Texts.Put("m1", $"{paragraph}\n\n{paragraph}");
        await desk.AskAsync("u1", "m1");
        await desk.WorkAsync();

        // So short an answer is no translation of so long a text.
        Assert.Equal(TranslationCode.Failed, (await desk.AskAsync("u1", "m1")).Code);

        var german = string.Concat(Enumerable.Repeat("Wir freuen uns darauf, euch alle dort zu sehen. ", 60)).Trim();
        await using var other = new TranslationDesk(TranslationDesk.Text(german));
        other.Texts.Put("m1", $"{paragraph}\n\n{paragraph}");
        await other.AskAsync("u1", "m1");
        await other.WorkAsync();
        Assert.Equal(($"{german}\n\n{german}", 2), ((await other.AskAsync("u1", "m1")).Text, other.Model.Calls));
    }
}
