using ChaturMail.Core.Emails;
using ChaturMail.Core.Language;
using ChaturMail.Core.Language.OpenAI;
using ChaturMail.Core.Prompts;
using ChaturMail.Tests.Support;

namespace ChaturMail.Tests.Unit;

public sealed class OpenAiUsageTests
{
    private const string Text = "Dear Maria,\n\nthe printer on floor 2 is broken.\n\nKind regards,\nAsha Rao";

    private static readonly PromptTemplate Prompt = new("1", "request", "Request", "", "", 250, 0, "Ask for one thing.", [], "");

    private static readonly ModelRequest Request = new(Prompt, "Printer", ["bug #4182", "until Friday"], "it@contoso.example", "Asha Rao", 1);

    private static readonly int Read = TokenEstimate.Of(Request);
    private static readonly int Wrote = TokenEstimate.Of(Text);

    [Theory]
    [InlineData("""{"prompt_tokens":268,"completion_tokens":124}""", 268, 124)]
    [InlineData("""{"prompt_tokens":1,"completion_tokens":900,"completion_tokens_details":{"reasoning_tokens":800}}""", 1, 900)]
    [InlineData("null", null, null)]
    [InlineData("{}", null, null)]
    [InlineData("\"none\"", null, null)]
    [InlineData("""{"prompt_tokens":-1,"completion_tokens":-7}""", null, null)]
    [InlineData("""{"prompt_tokens":"268","completion_tokens":"124"}""", null, null)]
    [InlineData("""{"prompt_tokens":268.5,"completion_tokens":[124]}""", null, null)]
    [InlineData("""{"prompt_tokens":0,"completion_tokens":0}""", null, null)]
    [InlineData("""{"prompt_tokens":99999999999999,"completion_tokens":1e99}""", null, null)]
    [InlineData("""{"prompt_tokens":2000000000,"completion_tokens":2000000000}""", null, null)]
    [InlineData("""{"prompt_tokens":268}""", 268, null)]
    [InlineData("""{"prompt_tokens":-5,"completion_tokens":124}""", null, 124)]
    public async Task CountsThatCannotBeTrueAreEstimated(string usage, int? input, int? output)
    {
        var expected = new EmailUsage("local", input ?? Read, output ?? Wrote, input is null || output is null,
            ((input ?? Read) * 150L) + ((output ?? Wrote) * 600L));
        var text = System.Text.Json.JsonSerializer.Serialize(Text);
        ScriptedAnswer[] answers =
        [
            Answers.Json(200, $$"""{"choices":[{"message":{"content":{{text}} },"finish_reason":"stop"}],"usage":{{usage}} }"""),
            Answers.Stream(Answers.Piece(Text), Answers.Finish(), Answers.Event($$"""{"choices":[],"usage":{{usage}} }"""), Answers.Done()),
        ];
        foreach (var answer in answers)
        {
            var written = Assert.IsType<ModelAnswer.Written>(await AnswerTo(answer));
            Assert.Equal(expected, written.Usage);
            Assert.Equal((input ?? 0, output ?? 0), (written.InputTokens, written.OutputTokens));
        }
    }

    [Fact]
    public async Task ThoughtsThatNobodyCountsAreEstimatedByTheirPieces()
    {
        var thought = Answers.Event("""{"choices":[{"delta":{"reasoning_content":"so"}}]}""");
        var written = Assert.IsType<ModelAnswer.Written>(
            await AnswerTo(Answers.Stream([.. Enumerable.Repeat(thought, 60), Answers.Piece("Hi"), Answers.Finish(), Answers.Done()])));
        Assert.Equal(61, written.Usage!.OutputTokens);
    }

    [Fact]
    public async Task ACallThatWasNotAnsweredCostsNothing()
    {
        foreach (var status in new[] { 400, 401, 429, 500 })
            Assert.Null(Assert.IsType<ModelAnswer.Failed>(await AnswerTo(Answers.Error(status, "x"))).Usage);
        Assert.Null(Assert.IsType<ModelAnswer.Failed>(await AnswerTo(Answers.Error(200, "server_error"))).Usage);
    }

    [Fact]
    public async Task ARefusedAnswerIsPaidForAllTheSame()
    {
        var refused = Assert.IsType<ModelAnswer.Failed>(await AnswerTo(Answers.Text("Dear", finish: "content_filter")));
        Assert.Equal(new EmailUsage("local", 11, 7, false, 11 * 150 + 7 * 600), refused.Usage);
    }

    [Theory]
    [InlineData("", 0)]
    [InlineData("Hello", 2)]
    [InlineData("Thank you for your help with the printer on floor two", 14)]
    [InlineData("4182", 2)]
    [InlineData("छुट्टी के लिए", 9)]
    [InlineData("请随时联系我", 6)]
    public void AnEstimateFollowsTheScript(string text, int tokens) => Assert.Equal(tokens, TokenEstimate.Of(text));

    [Fact]
    public void ARequestIsEstimatedWithAllThatTheModelReads()
    {
        var bare = TokenEstimate.Of(Request);
        var options = new EmailOptions
        {
            Context = new string('a', 400),
            Instructions = new string('b', 400),
            Signature = new string('c', 400),
            RecipientName = new string('d', 400),
            Placeholders = new Dictionary<string, string> { ["e"] = new('e', 400) },
        };
        Assert.InRange(TokenEstimate.Of(Request with { Options = options }) - bare, 500, 510);
        Assert.Equal(100, TokenEstimate.Of(Request with { Rewrite = new Rewrite(RewriteKind.Shorten, null, new string('f', 400)) }) - bare);
        var example = new WorkedExample("", "", "", "", new string('g', 400));
        Assert.InRange(TokenEstimate.Of(Request with { Prompt = Prompt with { Examples = [example] } }) - bare, 100, 140);
    }

    private static async Task<ModelAnswer> AnswerTo(ScriptedAnswer answer)
    {
        await using var server = await ScriptedModelServer.StartAsync(answer);
        using var model = new OpenAiModel(
            new ProviderOptions { Name = "local", BaseAddress = server.BaseAddress, InputPrice = 0.15m, OutputPrice = 0.6m }, TimeProvider.System);
        return await model.WriteAsync(Request, default);
    }
}
