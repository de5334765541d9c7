using System.Buffers;
using System.ClientModel;

namespace ChaturMail.Core.Language.OpenAI;

/// <summary>One call's request body in three pieces, so that the part that every request of a template shares is never copied.</summary>
internal sealed class PromptContent(byte[] head, ArrayBufferWriter<byte> user, byte[] tail) : BinaryContent
{
    public override bool TryComputeLength(out long length)
    {
        length = head.Length + user.WrittenCount + tail.Length;
        return true;
    }

    public override async Task WriteToAsync(Stream stream, CancellationToken cancellationToken = default)
    {
        await stream.WriteAsync(head, cancellationToken);
        await stream.WriteAsync(user.WrittenMemory, cancellationToken);
        await stream.WriteAsync(tail, cancellationToken);
    }

    public override void WriteTo(Stream stream, CancellationToken cancellationToken = default)
    {
        stream.Write(head);
        stream.Write(user.WrittenSpan);
        stream.Write(tail);
    }

    public override void Dispose() { }
}
