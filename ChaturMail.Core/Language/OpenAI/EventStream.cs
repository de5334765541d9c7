using System.Buffers;

namespace ChaturMail.Core.Language.OpenAI;

/// <summary>
/// Reads the data of server-sent events (WHATWG HTML standard, section 9.2.6) from pooled memory, with a limit on each and on all.
/// Event names, ids and comments are passed over: no provider says anything in them. Lines end in LF or CR LF.
/// </summary>
internal sealed class EventStream(Stream stream, int eventLimit, long limit) : IDisposable
{
    private const int None = -1;

    private byte[] _buffer = ArrayPool<byte>.Shared.Rent(16_384);
    private int _end;
    private int _line;
    private int _scanned;
    private int _data;
    private int _dataLength = None;
    private long _total;

    /// <summary>The event's data. Good until the next call.</summary>
    public ReadOnlySpan<byte> Data => _buffer.AsSpan(_data, _dataLength);

    /// <summary>Goes to the next event with data.</summary>
    public async ValueTask<EventStreamState> NextAsync(CancellationToken cancellation)
    {
        _dataLength = None;
        while (!IsNextBuffered())
        {
            if (!HasRoom()) return EventStreamState.TooLong;
            var read = await stream.ReadAsync(_buffer.AsMemory(_end), cancellation);
            // An event that only its blank line is missing from is whole; half a line is not.
            if (read == 0) return _dataLength == None ? EventStreamState.End : EventStreamState.Event;
            _end += read;
            _total += read;
            if (_total > limit) return EventStreamState.TooLong;
        }

        return EventStreamState.Event;
    }

    public void Dispose()
    {
        ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = [];
    }

    private bool IsNextBuffered()
    {
        while (_buffer.AsSpan(_scanned, _end - _scanned).IndexOf((byte)'\n') is var at and >= 0)
        {
            var line = _line;
            var length = _scanned + at - line;
            _line = _scanned = _scanned + at + 1;
            if (length > 0 && _buffer[line + length - 1] == '\r') length--;
            if (length == 0 && _dataLength != None) return true;
            Take(line, length);
        }

        _scanned = _end;
        return false;
    }

    private void Take(int line, int length)
    {
        if (!_buffer.AsSpan(line, length).StartsWith("data:"u8)) return;
        var start = line + 5;
        if (length > 5 && _buffer[start] == ' ') start++;
        length -= start - line;
        if (_dataLength == None)
        {
            (_data, _dataLength) = (start, length);
            return;
        }

        // A second line of one event goes right behind the first: "data:" leaves room for the line feed between them.
        _buffer[_data + _dataLength] = (byte)'\n';
        _buffer.AsSpan(start, length).CopyTo(_buffer.AsSpan(_data + _dataLength + 1));
        _dataLength += length + 1;
    }

    // Moves what is unread to the front, and takes a larger buffer when that fills this one.
    private bool HasRoom()
    {
        var from = _dataLength == None ? _line : _data;
        if (from > 0)
        {
            _buffer.AsSpan(from, _end - from).CopyTo(_buffer);
            (_end, _line, _scanned, _data) = (_end - from, _line - from, _scanned - from, 0);
        }

        if (_end < _buffer.Length) return true;
        if (_buffer.Length >= eventLimit) return false;
        var larger = ArrayPool<byte>.Shared.Rent(_buffer.Length * 2);
        _buffer.AsSpan(0, _end).CopyTo(larger);
        ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = larger;
        return true;
    }
}

/// <summary>What <see cref="EventStream.NextAsync"/> came to.</summary>
internal enum EventStreamState
{
    /// <summary>There is an event.</summary>
    Event,

    /// <summary>The stream is at its end.</summary>
    End,

    /// <summary>An event, or all of them, are over the limit.</summary>
    TooLong,
}
