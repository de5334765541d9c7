using System.Buffers;
using System.Security.Cryptography;
using System.Text.Json;
using ChaturMail.Core.Encryption;
using Microsoft.AspNetCore.Http.Features;

namespace ChaturMail.Api.Http;

/// <summary>
/// Holds the answer to an encrypted request back until it is complete, and sends it encrypted under the request's content key. Of a
/// stream each event is encrypted by itself. The header repeats the request's <c>jti</c>, so that no answer passes for another's; of an event
/// it has the name (<c>event</c>) and the number from 1 (<c>seq</c>) too, so that none can be left out, repeated or renamed unnoticed.
/// </summary>
public sealed class EncryptedAnswer : IDisposable
{
    /// <summary>Media type of what is encrypted (RFC 7515 section 9.2.1).</summary>
    public const string ContentType = "application/jose";

    /// <summary>The most that is held back, in bytes: what is encrypted as a whole is in memory as a whole, several times.</summary>
    public const int MostBytes = 32 * 1024 * 1024;

    private readonly HttpContext _context;
    private readonly byte[] _contentKey;
    private readonly RequestProof _request;
    private readonly IHttpResponseBodyFeature _client;
    private HeldAnswer _held = new();
    private bool _isStreamed;
    private int _events;

    /// <summary>Takes the answer's body from here on.</summary>
    /// <param name="contentKey">Erased with this.</param>
    public EncryptedAnswer(HttpContext context, byte[] contentKey, RequestProof request)
    {
        (_context, _contentKey, _request) = (context, contentKey, request);
        _client = context.Features.GetRequiredFeature<IHttpResponseBodyFeature>();
        context.Features.Set<IHttpResponseBodyFeature>(new StreamResponseBodyFeature(_held));
        context.Features.Set(this);
    }

    /// <summary>What is claimed once for the request.</summary>
    public string OnceKey => _request.OnceKey;

    /// <summary>From here on the answer goes to the client as it is written: whoever writes it encrypts each event.</summary>
    public void BeginStream()
    {
        _isStreamed = true;
        _context.Features.Set(_client);
    }

    /// <summary>Drops what was written so far, for another answer comes in its place.</summary>
    public void Restart()
    {
        if (_isStreamed) return;
        _held.Dispose();
        _held = new HeldAnswer();
        _context.Features.Set<IHttpResponseBodyFeature>(new StreamResponseBodyFeature(_held));
    }

    /// <summary>The data of one event. They must be encrypted in the order in which they are sent.</summary>
    public byte[] EncryptEvent(string name, ReadOnlySpan<byte> data) => Encrypt(data, name);

    /// <summary>Sends what was held back.</summary>
    public async Task SendAsync()
    {
        if (_isStreamed) return;
        await _context.Features.GetRequiredFeature<IHttpResponseBodyFeature>().CompleteAsync();
        BeginStream();
        var answer = Encrypt(_held.GetBuffer().AsSpan(0, (int)_held.Length), null);
        _context.Response.ContentType = ContentType;
        _context.Response.ContentLength = answer.Length;
        // Not cancelled: that the time of the request is over is one of the answers.
        await _context.Response.Body.WriteAsync(answer, CancellationToken.None);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        CryptographicOperations.ZeroMemory(_contentKey);
        _held.Dispose();
    }

    private byte[] Encrypt(ReadOnlySpan<byte> plaintext, string? name)
    {
        var header = new ArrayBufferWriter<byte>(128);
        using (var json = new Utf8JsonWriter(header))
        {
            json.WriteStartObject();
            json.WriteString("alg"u8, "dir"u8);
            json.WriteString("enc"u8, "A256GCM"u8);
            json.WriteString("jti"u8, _request.Id);
            if (name is not null)
            {
                json.WriteString("event"u8, name);
                json.WriteNumber("seq"u8, ++_events);
            }

            json.WriteEndObject();
        }

        return JweCompact.Encrypt(_contentKey, header.WrittenSpan, plaintext);
    }

    private sealed class HeldAnswer : MemoryStream
    {
        // Whatever is called to write, this is called for it (MemoryStream's own rule for classes that are made of it).
        public override void Write(byte[] buffer, int offset, int count)
        {
            if (Position + count > MostBytes) throw new AnswerTooLargeException();
            base.Write(buffer, offset, count);
        }
    }
}

/// <summary>An answer has more than <see cref="EncryptedAnswer.MostBytes"/>.</summary>
internal sealed class AnswerTooLargeException : Exception;
