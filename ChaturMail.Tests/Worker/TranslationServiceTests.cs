using ChaturMail.Core.Accounts;
using ChaturMail.Core.Conversations;
using ChaturMail.Core.Language.Routing;
using ChaturMail.Core.Translation;
using ChaturMail.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;

namespace ChaturMail.Tests.Worker;

/// <summary>What readers get without anybody asking a model, what is counted, and how all of it ends.</summary>
public sealed class TranslationServiceTests : IAsyncDisposable
{
    private const string English = "See you tomorrow at ten in the morning.";
    private const string German = "Wir sehen uns morgen um zehn.";

    private readonly TranslationDesk _desk = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public ValueTask DisposeAsync() => _desk.DisposeAsync();

    [Theory]
    [InlineData("Wir sehen uns morgen früh am Bahnhof, und dann gehen wir essen.", "de-CH")]
    [InlineData("12:30 👍", "de")]
    public async Task WhatNeedsNoTranslationGetsNone(string text, string language)
    {
        _desk.Texts.Put("m1", text);

        Assert.Equal(TranslationState.Same, (await _desk.AskAsync("u1", "m1", language)).State);
        Assert.Equal(0, await _desk.WorkAsync());
    }

    [Fact]
    public async Task WithTheComposerAloneNothingIsAskedForAndTheReaderIsToldWhy()
    {
        await using var desk = new TranslationDesk { HasModel = false };
        desk.Texts.Put("m1", English);

        var answer = await desk.AskAsync("u1", "m1");

        Assert.Equal((TranslationState.Failed, TranslationCode.Unavailable), (answer.State, answer.Code));
        Assert.Equal("Translation needs a language model, which this server does not have.", TranslationCode.Sentence(answer.Code!));
        Assert.Equal(0, await desk.WorkAsync());
        Assert.Empty(await desk.Service.AttachAsync("u1", [MessageOf("m1", "u2", English)], Cancellation));
    }

    [Fact]
    public async Task ADaysCharactersAreCountedForWhatIsNewAlone()
    {
        _desk.Options.CharactersADay = English.Length + 10;
        _desk.Texts.Put("m1", English);
        _desk.Texts.Put("m2", "Please bring the keys of the office with you.");

        Assert.Equal(TranslationState.Pending, (await _desk.AskAsync("u1", "m1")).State);
        await _desk.WorkAsync();
        Assert.Equal(TranslationCode.LimitReached, (await _desk.AskAsync("u1", "m2")).Code);
        Assert.Equal(TranslationState.Translated, (await _desk.AskAsync("u1", "m1")).State);
        Assert.Equal(TranslationState.Pending, (await _desk.AskAsync("u2", "m2")).State);

        _desk.Time.Advance(TimeSpan.FromDays(1));
        Assert.Equal(TranslationState.Pending, (await _desk.AskAsync("u1", "m2", "fr")).State);
    }

    [Fact]
    public async Task AListCarriesWhatIsThereAndTheRestIsAskedForBehindIt()
    {
        _desk.Texts.Put("m1", English);
        _desk.Texts.Put("m2", "Please bring the keys of the office with you.");
        Message[] page =
        [
            MessageOf("m1", "u2", English), MessageOf("m2", "u2", _desk.Texts.Of("m2")), MessageOf("mine", "u1", English),
            MessageOf("german", "u2", "Wir sehen uns morgen früh am Bahnhof, und dann gehen wir essen."), MessageOf("gone", "u2", "") with { DeletedOn = 1 },
        ];
        Assert.Empty(await _desk.Service.AttachAsync("u1", page, Cancellation));
        await _desk.Preferences.ChangeAsync("u1", chosen => chosen with { Language = "de", AutoTranslate = true }, Cancellation);
        await _desk.AskAsync("u3", "m1");
        await _desk.WorkAsync();

        var attached = await _desk.Service.AttachAsync("u1", page, Cancellation);

        Assert.Equal(("m1", German), (Assert.Single(attached).Key, attached["m1"].Text));
        using var behind = new CancellationTokenSource();
        var asking = _desk.Service.RequestMissingAsync(behind.Token);
        await Eventually.TrueAsync(async () => await _desk.WorkAsync() > 0);
        await behind.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => asking);
        Assert.Equal(["m1", "m2"], (await _desk.Service.AttachAsync("u1", page, Cancellation)).Keys.Order());
        Assert.Equal(("u1", 2), (_desk.Channel.All[^1].Uid, _desk.Model.Calls));
    }

    [Fact]
    public async Task ADeletedMessagesTranslationsGoInEveryLanguage()
    {
        _desk.Texts.Put("m1", English);
        await _desk.AskAsync("u1", "m1");
        await _desk.AskAsync("u1", "m1", "es");
        await _desk.WorkAsync();
        Assert.NotEmpty(await _desk.StoredAsync("translation", TranslatedText.All));

        for (var i = 0; i < 2; i++) await _desk.Service.ForgetAsync(English, Cancellation);

        Assert.Empty(await _desk.StoredAsync("translation", TranslatedText.All));
    }

    [Fact]
    public async Task ADeletedMessagesTranslationsGoWhereNothingIsTranslatedAnyMore()
    {
        _desk.Texts.Put("m1", English);
        await _desk.AskAsync("u1", "m1");
        await _desk.WorkAsync();
        var withoutModels = new TranslationService(
            _desk.Store, new ModelCatalog([], new RouteOptions()), _desk.Outcomes, _desk.Preferences, _desk.Options, _desk.Time, NullLogger<TranslationService>.Instance);

        await withoutModels.ForgetAsync(English, Cancellation);

        Assert.Empty(await _desk.StoredAsync("translation", TranslatedText.All));
    }

    [Fact]
    public async Task WhatIsReadStaysAndWhatIsNotEnds()
    {
        _desk.Texts.Put("read", English);
        _desk.Texts.Put("unread", "Please bring the keys of the office with you.");
        await _desk.AskAsync("u1", "read");
        await _desk.AskAsync("u1", "unread");
        await _desk.WorkAsync();
        _desk.Time.Advance(TimeSpan.FromDays(89));
        await _desk.AskAsync("u2", "read");
        _desk.Time.Advance(TimeSpan.FromDays(2));

        await _desk.Content.RunAsync(Cancellation);

        Assert.Equal(TranslationState.Translated, (await _desk.AskAsync("u1", "read")).State);
        Assert.Equal(TranslationState.Pending, (await _desk.AskAsync("u1", "unread")).State);
        Assert.DoesNotContain("u2", await _desk.StoredAsync("translation-use", TranslationUse.All), StringComparison.Ordinal);
    }

    [Fact]
    public async Task AnErasureTakesTheUserOutOfEverything()
    {
        _desk.Texts.Put("m1", English);
        _desk.Texts.Put("m2", "Please bring the keys of the office with you.");
        await _desk.AskAsync("gone", "m1");
        await _desk.AskAsync("gone", "m2");
        await _desk.AskAsync("stays", "m2");
        await _desk.Preferences.ChangeAsync("gone", chosen => chosen with { Language = "de" }, Cancellation);
        Assert.Single(await ToListAsync(_desk.Content.ExportAsync("gone", Cancellation)));
        Assert.Single(await ToListAsync(_desk.Preferences.ExportAsync("gone", Cancellation)));
        _desk.Time.Advance(TimeSpan.FromSeconds(1));

        await _desk.Content.EraseAsync("gone", _desk.Time.GetUtcNow(), Cancellation);
        await _desk.Preferences.EraseAsync("gone", _desk.Time.GetUtcNow(), Cancellation);

        var left = await _desk.StoredAsync("translation-task", TranslationTask.ToDo) + await _desk.StoredAsync("translation-use", TranslationUse.All);
        Assert.DoesNotContain("gone", left, StringComparison.Ordinal);
        Assert.Equal(Preferences.None("gone"), await _desk.Preferences.FindAsync("gone", Cancellation));
        Assert.Equal((1, "stays"), (await _desk.WorkAsync(), _desk.Model.Last!.UserId));
    }

    [Theory]
    [InlineData("Europe/Berlin", true)]
    [InlineData("America/Argentina/Buenos_Aires", true)]
    [InlineData("UTC", true)]
    [InlineData("Europe/Atlantis", false)]
    [InlineData("W. Europe Standard Time", false)]
    [InlineData("posix/Europe/Berlin", false)]
    [InlineData("../../etc/passwd", false)]
    [InlineData("Europe/../Europe/Berlin", false)]
    public void ATimeZoneIsANameOfTheIanaDatabase(string name, bool isOne) => Assert.Equal(isOne, Preferences.IsTimeZone(name));

    private static Message MessageOf(string id, string sender, string text) => new(id, "c1", 1, 1, sender, id, text, 0);

    private static async Task<List<T>> ToListAsync<T>(IAsyncEnumerable<T> all)
    {
        var list = new List<T>();
        await foreach (var one in all) list.Add(one);
        return list;
    }
}
