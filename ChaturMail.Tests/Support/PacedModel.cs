using ChaturMail.Core.Language;

namespace ChaturMail.Tests.Support;

/// <summary>A model that writes these pieces, each when the test lets it, as often as it is asked.</summary>
internal sealed class PacedModel(params string[] pieces) : ILanguageModel
{
    private readonly SemaphoreSlim _allowed = new(0);
    private readonly SemaphoreSlim _asked = new(0);
    private int _calls;

    /// <summary>An email in pieces as a model's tokens are: parts of words, of line breaks and of emoji.</summary>
    public static readonly string[] Email = ["Dear", " Mar", "ia,\n", "\nI ask for", " leave \uD83D", "\uDC4B.", "\n\nKind reg", "ards,\nAsha Rao"];

    public string Text => string.Concat(pieces);

    public int Calls => Volatile.Read(ref _calls);

    /// <summary>What comes of a call after its pieces; the whole text where null.</summary>
    public Func<int, ModelAnswer?> AnswerTo { get; init; } = _ => null;

    public void Allow(int count)
    {
        if (count > 0) _allowed.Release(count);
    }

    public void AllowAll() => _allowed.Release(1_000_000);

    /// <summary>Waits until it has been asked once more.</summary>
    public async Task AskedAsync() => Assert.True(await _asked.WaitAsync(TimeSpan.FromSeconds(30)), "the model was not asked");

    public async Task<ModelAnswer> WriteAsync(ModelRequest request, CancellationToken cancellation)
    {
        var call = Interlocked.Increment(ref _calls);
        _asked.Release();
        foreach (var piece in pieces)
        {
            await _allowed.WaitAsync(cancellation);
            request.Sink?.Append(piece);
        }

        return AnswerTo(call) ?? new ModelAnswer.Written(Text, "paced", 11, 7, null);
    }
}
