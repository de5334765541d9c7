using ChaturMail.Api.Emails;
using ChaturMail.Core.Generation;
using ChaturMail.Core.Language;
using ChaturMail.Core.Storage;
using ChaturMail.Tests.Support;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace ChaturMail.Tests.Api;

/// <summary>Reading along in one process.</summary>
public sealed class StreamEmailTests
{
    [Fact]
    public async Task TheTextComesAsItIsWrittenAndThenTheEmail()
    {
        var model = new PacedModel(PacedModel.Email);
        await using var api = await StartAsync(model);
        var token = await api.Client.SignInAsync();
        await using var reader = await LiveReader.OpenAsync(api.Client, token);

        Assert.Equal(reader.Response.Headers.GetValues("X-Accel-Buffering"), ["no"]);
        Assert.True(reader.Response.Headers.CacheControl is { NoStore: true, NoTransform: true });
        var id = (await reader.ExpectAsync("accepted"))["id"]!.GetValue<string>();
        Assert.Equal($"{id}:0", reader.LastId);
        foreach (var piece in new[] { "Dear", " Mar", "ia,\n" })
        {
            model.Allow(1);
            Assert.Equal(piece, (await reader.ExpectAsync("delta"))["text"]!.GetValue<string>());
        }

        model.AllowAll();
        var email = await reader.ReadEmailAsync();
        Assert.Equal(model.Text, reader.Text);
        Assert.Equal((id, model.Text, "paced"), (email["id"]!.GetValue<string>(), email["generatedEmail"]!.GetValue<string>(), email["model"]!.GetValue<string>()));
        Assert.Equal(email.ToJsonString(), Assert.Single(await api.Client.HistoryAsync(token)).ToJsonString());
        await ExpectCoinsAsync(api, token, used: 250);
    }

    [Fact]
    public async Task WithoutAModelTheComposersTextComesInOnePiece()
    {
        await using var api = await TestApi.StartAsync();
        await using var reader = await LiveReader.OpenAsync(api.Client, await api.Client.SignInAsync());

        var email = await reader.ReadEmailAsync();

        Assert.Equal(["accepted", "delta", "email"], reader.Events);
        Assert.Equal(email["generatedEmail"]!.GetValue<string>(), reader.Text);
    }

    [Theory]
    [InlineData("subject", "", 400, "invalid_field")]
    [InlineData("promptId", "99", 400, "unknown_prompt")]
    [InlineData("keywords", ", ,", 400, "invalid_field")]
    public async Task WhatCannotBeTakenIsRefusedBeforeTheStreamBegins(string field, string value, int status, string code)
    {
        await using var api = await TestApi.StartAsync();
        var body = ApiClient.Leave.DeepClone().AsObject();
        body[field] = value;

        var answer = await LiveReader.RefusedAsync(api.Client, await api.Client.SignInAsync(), body);

        Assert.Equal((status, code), (answer.HttpStatus, answer.Code));
    }

    [Fact]
    public async Task SessionCoinsPlacesAndLimitsHoldAsForGenerateEmail()
    {
        var model = new PacedModel(PacedModel.Email);
        await using var api = await StartAsync(model, "Coins:Starting=600", "Generation:MostWaiting=1", "RateLimits:GenerationsPerUser=4");
        var token = await api.Client.SignInAsync();
        Assert.Equal("not_authenticated", (await LiveReader.RefusedAsync(api.Client, "no token")).Code);
        var first = await LiveReader.OpenAsync(api.Client, token);
        await first.ExpectAsync("accepted");
        Assert.Equal("busy", (await LiveReader.RefusedAsync(api.Client, token)).Code);
        Assert.Equal("busy", (await LiveReader.RefusedAsync(api.Client, token, lastId: first.LastId)).Code);
        model.AllowAll();
        await first.ReadEmailAsync();
        await first.DisposeAsync();

        await using (var second = await LiveReader.OpenAsync(api.Client, token)) await second.ReadEmailAsync();
        Assert.Equal((403, "insufficient_coins"), await CodeAsync());
        Assert.Equal((429, "too_many_requests"), await CodeAsync());
        // Going on is no generation.
        await using (var again = await LiveReader.OpenAsync(api.Client, token, lastId: first.LastId)) await again.ReadEmailAsync();

        async Task<(int, string?)> CodeAsync()
        {
            var answer = await LiveReader.RefusedAsync(api.Client, token);
            return (answer.HttpStatus, answer.Code);
        }
    }

    [Fact]
    public async Task AFailureAfterTheBeginningIsAnEventAndTheCoinsComeBack()
    {
        var model = new PacedModel("Dear") { AnswerTo = _ => new ModelAnswer.Failed(ModelFailure.RequestRefused, "no") };
        await using var api = await StartAsync(model);
        var token = await api.Client.SignInAsync();
        await using var reader = await LiveReader.OpenAsync(api.Client, token);
        model.AllowAll();

        var envelope = await reader.ReadUntilAsync("error");

        Assert.Equal((0, "request_refused"), (envelope["status"]!.GetValue<int>(), envelope["code"]!.GetValue<string>()));
        Assert.Null(await reader.NextAsync());
        await ExpectCoinsAsync(api, token, used: 0);
        // Asked again, it is told again.
        await using var again = await LiveReader.ResumeAsync(api.Client, token, reader);
        await again.ReadUntilAsync("error");
    }

    [Fact]
    public async Task ASecondRunRestartsTheText()
    {
        var model = new PacedModel(PacedModel.Email) { AnswerTo = call => call == 1 ? new ModelAnswer.Failed(ModelFailure.Retryable, "cut") : null };
        await using var api = await StartAsync(model, "Queue:FirstRetry=00:00:00.001");
        await using var reader = await LiveReader.OpenAsync(api.Client, await api.Client.SignInAsync());
        // All but the last, and that when they are read: a text that nobody has seen is not taken back.
        model.Allow(PacedModel.Email.Length - 1);
        await reader.ReadToAsync(PacedModel.Email[..^1].Sum(piece => piece.Length));
        model.Allow(1);
        await reader.ReadUntilAsync("restart");
        Assert.Equal("", reader.Text);
        model.AllowAll();

        await reader.ReadEmailAsync();

        Assert.Equal(model.Text, reader.Text);
    }

    [Fact]
    public async Task AClientGoesOnWhereItsConnectionBroke()
    {
        var model = new PacedModel(PacedModel.Email);
        await using var api = await StartAsync(model);
        var token = await api.Client.SignInAsync();
        var first = await LiveReader.OpenAsync(api.Client, token);
        model.Allow(3);
        await first.ReadToAsync(11);
        await first.DisposeAsync();
        model.Allow(3);
        await using var second = await LiveReader.ResumeAsync(api.Client, token, first);
        await second.ReadToAsync(model.Text.IndexOf("\n\nKind", StringComparison.Ordinal));
        model.AllowAll();

        await second.ReadEmailAsync();

        Assert.Equal(model.Text, second.Text);
        Assert.DoesNotContain("restart", second.Events);
        await ExpectCoinsAsync(api, token, used: 250);
        Assert.Equal(1, model.Calls);
    }

    [Fact]
    public async Task GoingOnWhereNothingIsNewBeginsAtOnce()
    {
        var model = new PacedModel(PacedModel.Email);
        await using var api = await StartAsync(model, "Generation:Wait=00:10:00");
        var token = await api.Client.SignInAsync();
        await using var first = await LiveReader.OpenAsync(api.Client, token);
        model.Allow(1);
        await first.ReadToAsync(4);

        using var second = await LiveReader.SendAsync(api.Client, token, new { }, first.LastId, null);
        model.AllowAll();

        // Were the head held back, it would come with the first sign of life, after a quarter of a minute.
        var text = await second.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.StartsWith("id: ", text, StringComparison.Ordinal);
        Assert.Contains("event: email\n", text, StringComparison.Ordinal);
    }

    [Theory]
    // What was read is not sent again; where nothing was, everything is.
    [InlineData(3)]
    [InlineData(0)]
    public async Task AfterTheEndTheRestIsReadAndTheEmail(int read)
    {
        var model = new PacedModel(PacedModel.Email);
        await using var api = await StartAsync(model);
        var token = await api.Client.SignInAsync();
        var first = await LiveReader.OpenAsync(api.Client, token);
        await first.ExpectAsync("accepted");
        model.Allow(read);
        await first.ReadToAsync(PacedModel.Email.Take(read).Sum(piece => piece.Length));
        await first.DisposeAsync();
        model.AllowAll();
        await Eventually.TrueAsync(async () => (await api.Client.HistoryAsync(token)).Count == 1);

        await using var second = await LiveReader.ResumeAsync(api.Client, token, first);
        var email = await second.ReadEmailAsync();

        Assert.Equal((model.Text, model.Text), (second.Text, email["generatedEmail"]!.GetValue<string>()));
        Assert.DoesNotContain("restart", second.Events);
    }

    [Fact]
    public async Task WhereTheTextIsGoneTheClientIsToldAndGetsTheEmail()
    {
        await using var api = await TestApi.StartAsync();
        var token = await api.Client.SignInAsync();
        // Written without a reader: there was never a live text.
        var id = (await api.Client.GenerateAsync(token)).Text("id");

        await using var reader = await LiveReader.OpenAsync(api.Client, token, new { }, $"{id}:0123abcd-4");
        await reader.ReadEmailAsync();
        await using var fresh = await LiveReader.OpenAsync(api.Client, token, new { }, $"{id}:0");
        await fresh.ReadEmailAsync();

        Assert.Equal(["restart", "email"], reader.Events);
        Assert.Equal($"{id}:0", reader.LastId);
        Assert.Equal(["email"], fresh.Events);
    }

    [Fact]
    public async Task AnIdThatIsNotTheUsersIsAsIfItDidNotExist()
    {
        await using var api = await TestApi.StartAsync();
        var (mine, theirs) = (await api.Client.SignInAsync("a@example.com"), await api.Client.SignInAsync("b@example.com"));
        var id = (await api.Client.GenerateAsync(theirs)).Text("id");
        var deleted = (await api.Client.GenerateAsync(mine)).Text("id");
        await api.Client.PostAsync("/email/deleteGeneratedEmail", new { id = deleted }, mine);

        foreach (var unknown in new[] { id, deleted, "6b018b08c371b1bcac5105a3" })
        {
            var answer = await LiveReader.RefusedAsync(api.Client, mine, lastId: unknown + ":0");
            Assert.Equal((404, "email_not_found"), (answer.HttpStatus, answer.Code));
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData(":")]
    [InlineData("6b018b08c371b1bcac5105a3")]
    [InlineData("6b018b08c371b1bcac5105a3:")]
    [InlineData("6b018b08c371b1bcac5105a3:1")]
    [InlineData("6b018b08c371b1bcac5105a:0")]
    [InlineData("*:0")]
    [InlineData("6b018b08c371b1bcac5105a3:0123abcd-4:5")]
    public async Task AHeaderThatIsNoIdOfAnEventIs400(string lastId)
    {
        await using var api = await TestApi.StartAsync();
        var answer = await LiveReader.RefusedAsync(api.Client, await api.Client.SignInAsync(), lastId: lastId);

        Assert.Equal((400, "invalid_field"), (answer.HttpStatus, answer.Code));
        Assert.Contains("Last-Event-ID", answer.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task RequestsWithOneKeyReadOneEmailAlongAndPayOnce()
    {
        var model = new PacedModel(PacedModel.Email);
        await using var api = await StartAsync(model);
        var token = await api.Client.SignInAsync();
        await using var one = await LiveReader.OpenAsync(api.Client, token, key: "k");
        model.Allow(2);
        await one.ReadToAsync(8);
        await using var two = await LiveReader.OpenAsync(api.Client, token, key: "k");
        var conflict = await LiveReader.RefusedAsync(
            api.Client, token, new { subject = "other", keywords = "a", promptId = "1", toEmail = "a@example.com" }, key: "k");
        model.AllowAll();

        var emails = new[] { await one.ReadEmailAsync(), await two.ReadEmailAsync() };
        await using var late = await LiveReader.OpenAsync(api.Client, token, key: "k");
        await late.ReadEmailAsync();

        Assert.Single(emails.Select(email => email["id"]!.GetValue<string>()).Append(late.Id).Distinct());
        Assert.All(new[] { one, two, late }, reader => Assert.Equal(model.Text, reader.Text));
        Assert.Equal((409, "idempotency_conflict"), (conflict.HttpStatus, conflict.Code));
        Assert.Equal(one.Id, (await api.Client.GenerateWithKeyAsync(token, "k")).Text("id"));
        await ExpectCoinsAsync(api, token, used: 250);
        Assert.Equal(1, model.Calls);
    }

    [Fact]
    public async Task AnEmailThatTakesTooLongIsPendingAndCanBeReadOnLater()
    {
        var model = new PacedModel(PacedModel.Email);
        await using var api = await StartAsync(model, "Generation:Wait=00:00:01");
        var token = await api.Client.SignInAsync();
        await using var reader = await LiveReader.OpenAsync(api.Client, token);
        model.Allow(2);

        var envelope = await reader.ReadUntilAsync("pending");

        Assert.Null(await reader.NextAsync());
        var item = envelope["payload"]![0]!;
        Assert.Equal((1, reader.Id, "queued"), (envelope["status"]!.GetValue<int>(), item["id"]!.GetValue<string>(), item["state"]!.GetValue<string>()));
        model.AllowAll();
        // Not while it is written: the second of waiting may be over before a busy machine has written it.
        await Eventually.TrueAsync(async () => (await api.Client.HistoryAsync(token)).Count == 1);
        await using var later = await LiveReader.ResumeAsync(api.Client, token, reader);
        await later.ReadEmailAsync();
        Assert.Equal(model.Text, later.Text);
    }

    [Fact]
    public async Task AStreamIsPendingWhenTheServerStops()
    {
        var model = new PacedModel(PacedModel.Email);
        await using var api = await StartAsync(model, "Generation:WaitAtStop=00:00:00", "Worker:Grace=00:00:01");
        await using var reader = await LiveReader.OpenAsync(api.Client, await api.Client.SignInAsync());
        await model.AskedAsync();
        await reader.ExpectAsync("accepted");

        api.App.Services.GetRequiredService<IHostApplicationLifetime>().StopApplication();

        await reader.ReadUntilAsync("pending");
        Assert.Null(await reader.NextAsync());
    }

    [Fact]
    public async Task AClientThatHangsUpEndsItsReadingAndTheUserIsNotified()
    {
        var model = new PacedModel(PacedModel.Email);
        await using var api = await StartAsync(model, "Generation:MostWaiting=1");
        var token = await api.Client.SignInAsync();
        var reader = await LiveReader.OpenAsync(api.Client, token);
        model.Allow(1);
        await reader.ReadToAsync(4);
        await reader.DisposeAsync();
        var jobs = api.App.Services.GetRequiredService<IJobStore>();
        // What the hang-up brings about has no signal of its own: it is done when the place is given back.
        await Eventually.TrueAsync(() => Task.FromResult(HasFreePlaces(api)));
        Assert.Equal(JobState.Queued, (await jobs.FindAsync(reader.Id, default))!.State);

        model.AllowAll();

        // Whoever ends the job logs so where there is nothing to send a message with.
        await Eventually.TrueAsync(() => Task.FromResult(api.Log.Lines.Any(line => line.Contains($"Job {reader.Id} ended without a push message", StringComparison.Ordinal))));
        await ExpectCoinsAsync(api, token, used: 250);
    }

    private static bool HasFreePlaces(TestApi api)
    {
        using var place = api.App.Services.GetRequiredService<WaitingRequests>().TryEnter(default);
        return place is not null;
    }

    private static Task<TestApi> StartAsync(ILanguageModel model, params string[] settings) =>
        TestApi.StartAsync(services => services.AddSingleton(model), settings);

    private static async Task ExpectCoinsAsync(TestApi api, string token, int used)
    {
        var user = await api.Client.PostAsync("/user/getUserData", new { }, token);
        Assert.Equal((10_000 - used, used, used / 250), (user.Number("availableTokens"), user.Number("usedTokens"), user.Number("generatedEmailCount")));
    }
}
