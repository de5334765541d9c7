using System.Text;

namespace ChaturMail.Benchmarks.Fuzz;

/// <summary>What may come of a request.</summary>
internal enum Expectation
{
    /// <summary>The envelope, or where it is asked for a stream of them.</summary>
    Envelope,

    /// <summary>As <see cref="Envelope"/>; or the connection ends while more is sent than the server takes.</summary>
    EnvelopeOrEnd,

    /// <summary>Not HTTP, or not as the standard has it: refused with a 4xx, with or without the envelope, or by the connection's end.</summary>
    Refusal,

    /// <summary>Something else than the API: no server error and no trace of the inside, whatever else comes, if anything.</summary>
    Harmless,
}

/// <summary>A request, byte for byte.</summary>
/// <param name="What">What was done to it, for whoever looks into a failure.</param>
/// <param name="EndsSending">True when nothing more comes after it, though more was announced.</param>
internal sealed record FuzzRequest(string What, byte[] Bytes, Expectation Expected, bool EndsSending = false)
{
    /// <summary>True when the connection must not be used again.</summary>
    public bool EndsConnection => EndsSending || Expected is not Expectation.Envelope;

    /// <summary>True for a request whose answer has no body by the standard.</summary>
    public bool IsHead => Bytes.AsSpan().StartsWith("HEAD "u8);

    /// <summary>The head of a request in the usual form, ready for its body.</summary>
    public static byte[] Of(string method, string path, IEnumerable<string> headers, ReadOnlySpan<byte> body, bool withLength = true)
    {
        var head = new StringBuilder().Append(method).Append(' ').Append(path).Append(" HTTP/1.1\r\n");
        foreach (var header in headers) head.Append(header).Append("\r\n");
        if (withLength) head.Append("Content-Length: ").Append(body.Length).Append("\r\n");
        return [.. Encoding.Latin1.GetBytes(head.Append("\r\n").ToString()), .. body];
    }
}
