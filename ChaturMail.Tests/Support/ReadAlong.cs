using System.Threading.Channels;
using ChaturMail.Core.Language;

namespace ChaturMail.Tests.Support;

/// <summary>Reads along while a model writes, and keeps what came.</summary>
internal sealed class ReadAlong : ITextSink
{
    private readonly Channel<string> _pieces = Channel.CreateUnbounded<string>();
    private string _text = "";

    /// <summary>All pieces so far, one after the other.</summary>
    public string Text => Volatile.Read(ref _text);

    public void Append(string piece)
    {
        Volatile.Write(ref _text, _text + piece);
        _pieces.Writer.TryWrite(piece);
    }

    public void Restart() => Volatile.Write(ref _text, "");

    /// <summary>Waits for the next piece.</summary>
    public async Task<string> NextAsync() => await _pieces.Reader.ReadAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(20));
}
