using System.Buffers;

namespace ChaturMail.Core.Language.OpenAI;

/// <summary>An answer's bytes in pooled memory, up to a limit.</summary>
internal sealed class AnswerBody(int limit) : IDisposable
{
    private byte[] _buffer = ArrayPool<byte>.Shared.Rent(8192);
    private int _length;

    /// <summary>What has been read so far. Not to be used after <see cref="Dispose"/>.</summary>
    public ReadOnlyMemory<byte> Bytes => _buffer.AsMemory(0, _length);

    /// <summary>Reads <paramref name="stream"/> to its end; false when it holds more than the limit.</summary>
    public async Task<bool> ReadAsync(Stream? stream, CancellationToken cancellation)
    {
        while (stream is not null)
        {
            if (_length == _buffer.Length) Grow();
            var read = await stream.ReadAsync(_buffer.AsMemory(_length), cancellation);
            if (read == 0) return true;
            _length += read;
            if (_length > limit) return false;
        }

        return true;
    }

    public void Dispose()
    {
        ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = [];
        _length = 0;
    }

    private void Grow()
    {
        var larger = ArrayPool<byte>.Shared.Rent(_buffer.Length * 2);
        _buffer.CopyTo(larger, 0);
        ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = larger;
    }
}
