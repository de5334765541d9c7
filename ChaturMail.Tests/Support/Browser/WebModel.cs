using System.Collections.Concurrent;
using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace ChaturMail.Tests.Support.Browser;

/// <summary>
/// The model provider of a stack that several tests share. What it writes is told by the email's subject, so a test that has subjects of its
/// own has a model of its own; rewrites, variants and new versions have the subject of their email. Streams where it is asked to.
/// </summary>
internal sealed class WebModel : IAsyncDisposable
{
    private readonly ConcurrentDictionary<string, (ScriptedAnswer[] Answers, int Calls)> _scripts = new();
    private ScriptedModelServer _server = null!;

    public Uri BaseAddress => _server.BaseAddress;

    public static async Task<WebModel> StartAsync()
    {
        var model = new WebModel();
        model._server = await ScriptedModelServer.StartAsync(model.AnswerAsync);
        return model;
    }

    /// <summary>What is written about a subject that no test has said anything of, call by call: every text is another. Without a name at its end, which would become the user's.</summary>
    public static string Draft(string subject, int call) => $"Dear Maria,\n\nthis is draft {call} about {subject}.\n\nIt ends here.";

    /// <summary>The first call about the subject gets the first answer; the last repeats. Counts anew from here.</summary>
    public void Answer(string subject, params ScriptedAnswer[] answers) => _scripts[subject] = (answers, 0);

    /// <summary>The first call gets the first text, whole; the last repeats.</summary>
    public void Write(string subject, params string[] texts) => Answer(subject, [.. texts.Select(text => Written(text))]);

    /// <summary>Every call about the subject writes these pieces, each when the test lets it; none until then.</summary>
    public PacedAnswer Pace(string subject, params string[] pieces)
    {
        var paced = new PacedAnswer(pieces);
        Answer(subject, paced.AnswerAsync);
        return paced;
    }

    /// <summary>Every call about the subject fails, so that the email is given up after the last attempt and its coins come back.</summary>
    public void Fail(string subject) => Answer(subject, Answers.Error(500, "server_error"));

    /// <summary>How many calls about the subject there were since it was said what to answer, or at all.</summary>
    public int Calls(string subject) => _scripts.TryGetValue(subject, out var script) ? script.Calls : 0;

    /// <summary>An email in these pieces, as a stream where the call asks for one.</summary>
    public static ScriptedAnswer Written(params string[] pieces) => call =>
        IsStreamed(call) ? Answers.Streamed(pieces)(call) : Answers.Text(string.Concat(pieces))(call);

    /// <summary>Whether the call asks for a stream.</summary>
    public static bool IsStreamed(HttpContext call)
    {
        using var body = JsonDocument.Parse(RecordedRequest.Of(call).Body);
        return body.RootElement.TryGetProperty("stream", out var stream) && stream.GetBoolean();
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    private Task AnswerAsync(HttpContext call)
    {
        var subject = RecordedRequest.Of(call).Subject();
        var (answers, number) = _scripts.AddOrUpdate(subject, _ => ([], 1), (_, script) => (script.Answers, script.Calls + 1));
        var answer = answers.Length > 0 ? answers[Math.Min(number, answers.Length) - 1] : Written([.. Draft(subject, number).Split('\n').Select((line, i) => i == 0 ? line : "\n" + line)]);
        return answer(call);
    }
}

/// <summary>An email in pieces, each written when the test lets it. Every call about it writes all of them, out of the same allowance.</summary>
internal sealed class PacedAnswer(params string[] pieces)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly SemaphoreSlim _allowed = new(0);
    private readonly SemaphoreSlim _asked = new(0);

    /// <summary>The whole email.</summary>
    public string Text => string.Concat(pieces);

    /// <summary>Lets it write so many pieces more.</summary>
    public void Allow(int count = 1) => _allowed.Release(count);

    public void AllowAll() => _allowed.Release(1_000_000);

    /// <summary>Waits until the model has been asked once more.</summary>
    public async Task AskedAsync() => Assert.True(await _asked.WaitAsync(Patience), "the model was not asked");

    public async Task AnswerAsync(HttpContext call)
    {
        _asked.Release();
        if (WebModel.IsStreamed(call))
        {
            await Answers.Stream([.. pieces.SelectMany(piece => new[] { WaitAsync, Answers.Piece(piece) }), Answers.Finish(), Answers.Usage(11, 7), Answers.Done()])(call);
            return;
        }

        foreach (var _ in pieces) await WaitAsync(call);
        await Answers.Text(Text)(call);
    }

    private Task WaitAsync(HttpContext call) => _allowed.WaitAsync(call.RequestAborted);
}
