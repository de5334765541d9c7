using System.Text.Json;
using ChaturMail.Core.Generation;
using ChaturMail.Core.Language;
using ChaturMail.Core.Language.OpenAI;
using ChaturMail.Core.Language.Safety;
using ChaturMail.Core.Prompts;
using ChaturMail.Core.Queue;
using ChaturMail.Tests.Support;

namespace ChaturMail.Tests.Unit.Safety;

/// <summary>A model that obeys every attack, behind the real HTTP adapter, and what of its answers reaches the user.</summary>
public sealed class AttackTests(ObedientModel obedient) : IClassFixture<ObedientModel>
{
    public static TheoryData<string> WithinReach => [.. AttackCase.All.Where(c => c.OutOfReach is null).Select(c => c.Name)];

    public static TheoryData<string> Everything => [.. AttackCase.All.Select(c => c.Name)];

    [Theory]
    [MemberData(nameof(WithinReach))]
    public async Task AModelThatObeysTheAttackGivesTheUserNothingOfIt(string name)
    {
        var attack = AttackCase.All.Single(c => c.Name == name);
        Assert.NotEmpty(attack.Forbidden);
        foreach (var answer in attack.Answers)
        {
            var (text, code) = await OutcomeAsync(attack, answer);
            if (text is null)
            {
                Assert.Contains(code, string.IsNullOrWhiteSpace(answer)
                    ? new[] { FailureCode.ModelUnavailable } : [FailureCode.AnswerRejected, FailureCode.RequestRefused]);
                continue;
            }

            Assert.All(attack.Forbidden, forbidden => Assert.DoesNotContain(forbidden, text, StringComparison.OrdinalIgnoreCase));
        }
    }

    [Theory]
    [MemberData(nameof(Everything))]
    public async Task TheAttackReachesTheModelInsideTheFenceOnly(string name)
    {
        var attack = AttackCase.All.Single(c => c.Name == name);
        await obedient.Client.WriteAsync(attack.Request(), default);
        var messages = obedient.Server.Requests[^1].Messages();
        var lines = messages[^1].Content.Split('\n');
        Assert.Equal(["<<<DATA", "DATA>>>"], [lines[0], lines[2]]);
        Assert.Equal(3, lines.Length);
        Assert.DoesNotContain(lines[1], c => c is '<' or '>' || char.IsControl(c) || c is >= '\uDB40' and <= '\uDB43');
        using var data = JsonDocument.Parse(lines[1]);
        var root = data.RootElement;
        var clean = InvisibleCharacters.Remove(attack.Attack);
        var seen = attack.Channel switch
        {
            "keywords" => string.Join(',', root.GetProperty("keywords").EnumerateArray().Select(k => k.GetString())),
            "ownPrompt" => root.GetProperty("own").GetProperty("guidance").GetString(),
            "placeholder" => root.GetProperty("own").GetProperty("placeholders").GetProperty("colleague").GetString(),
            var field => root.GetProperty(field).GetString(),
        };
        Assert.Equal(string.Concat(clean.Where(c => c is not (' ' or ','))), string.Concat(seen!.Where(c => c is not (' ' or ','))));
        var before = await HeadOfAnotherRequestAsync(attack);
        Assert.Equal(before, messages.SkipLast(1));
    }

    [Theory]
    [MemberData(nameof(Everything))]
    public void TheReasonQuotesNoTextOfAnybody(string name)
    {
        var attack = AttackCase.All.Single(c => c.Name == name);
        foreach (var answer in attack.Answers)
        {
            var reason = OutputCheck.Problem(attack.Request(), answer);
            if (reason is null) continue;
            Assert.InRange(reason.Length, 1, 60);
            Assert.All(attack.Forbidden, forbidden => Assert.DoesNotContain(forbidden, reason, StringComparison.OrdinalIgnoreCase));
        }
    }

    [Fact]
    public async Task AttacksBeyondTheChecksAreListedWithTheirReason()
    {
        var beyond = AttackCase.All.Where(c => c.OutOfReach is not null).ToList();
        foreach (var attack in beyond)
        {
            Assert.NotEmpty(attack.OutOfReach!);
            // One that has come within reach is to be listed so.
            foreach (var answer in attack.Answers) Assert.NotNull((await OutcomeAsync(attack, answer)).Text);
        }

        Assert.InRange(beyond.Count, 1, 20);
        Assert.InRange(AttackCase.All.Count - beyond.Count, 80, int.MaxValue);
        Assert.Equal(
            ["context", "instructions", "keywords", "ownPrompt", "placeholder", "subject"],
            AttackCase.All.Where(c => c.OutOfReach is null).Select(c => c.Channel).Distinct().Order(StringComparer.Ordinal));
    }

    private async Task<(string? Text, string? Code)> OutcomeAsync(AttackCase attack, string answer)
    {
        obedient.Answer = answer;
        // The catalog knows no prompt of a user: what the pipeline does with an answer is done here.
        if (attack.Request() is { Prompt.IsOwn: true } request)
        {
            var text = EmailText.Clean(((ModelAnswer.Written)await obedient.Client.WriteAsync(request, default)).Text, request.Subject, request.SenderName);
            return text.Length == 0 || OutputCheck.Problem(request, text) is not null ? (null, FailureCode.AnswerRejected) : (text, null);
        }

        var pipeline = new GenerationPipeline(new PromptLibrary(ComposerCatalog.Catalog), obedient.Client, new QueueOptions { MaxAttempts = 3 }.ToRetryPolicy(), () => 0.5);
        for (var attempt = 1; ; attempt++)
        {
            switch (await pipeline.RunAsync(attack.Job(), attempt, default))
            {
                case GenerationOutcome.Written written: return (written.Answer.Text, null);
                case GenerationOutcome.GivenUp givenUp: return (null, givenUp.Code);
                default: Assert.InRange(attempt, 1, 2); break;
            }
        }
    }

    private async Task<IEnumerable<(string Role, string Content)>> HeadOfAnotherRequestAsync(AttackCase attack)
    {
        var prompt = attack.Request().Prompt;
        var other = prompt with { Guidance = prompt.IsOwn ? "x" : prompt.Guidance };
        await obedient.Client.WriteAsync(new ModelRequest(other, "a", ["b"], "c", "d", 1), default);
        return obedient.Server.Requests[^1].Messages().SkipLast(1).ToList();
    }
}

/// <summary>A model server that answers what it is told to, one request after the other, and a client of it.</summary>
public sealed class ObedientModel : IAsyncLifetime
{
    public string Answer { get; set; } = "Hello";

    internal ScriptedModelServer Server { get; private set; } = null!;

    public OpenAiModel Client { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        Server = await ScriptedModelServer.StartAsync(call => Answers.Text(Answer)(call));
        Client = new OpenAiModel(new ProviderOptions { ApiKey = "sk-test", BaseAddress = Server.BaseAddress, Stream = false }, TimeProvider.System);
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await Server.DisposeAsync();
    }
}
