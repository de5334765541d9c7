using System.Collections.Concurrent;
using ChaturMail.Core.Language;

namespace ChaturMail.Tests.Support;

/// <summary>A language model in this process that keeps what it was asked and answers as the test wants.</summary>
/// <param name="answer">Null to write emails of which no two are alike.</param>
internal sealed class RecordingModel(Func<ModelRequest, Task<ModelAnswer>>? answer = null) : ILanguageModel
{
    private readonly ConcurrentQueue<ModelRequest> _requests = new();
    private int _count;

    /// <summary>What was asked, in order.</summary>
    public IReadOnlyList<ModelRequest> Requests => [.. _requests];

    /// <summary>Is as if it had never been asked.</summary>
    public void Forget()
    {
        _requests.Clear();
        _count = 0;
    }

    public Task<ModelAnswer> WriteAsync(ModelRequest request, CancellationToken cancellation)
    {
        _requests.Enqueue(request);
        return answer is null ? Text($"Dear Maria,\n\nHello number {Interlocked.Increment(ref _count)}.\n\nAsha") : answer(request);
    }

    public static Task<ModelAnswer> Text(string text) => Task.FromResult<ModelAnswer>(new ModelAnswer.Written(text, "recording", 0, 0, null));

    public static Task<ModelAnswer> Refusal() => Task.FromResult<ModelAnswer>(new ModelAnswer.Failed(ModelFailure.RequestRefused, "refused"));
}
