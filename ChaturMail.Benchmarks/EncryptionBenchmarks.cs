using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using BenchmarkDotNet.Attributes;
using ChaturMail.Core.Encryption;

namespace ChaturMail.Benchmarks;

/// <summary>What an encrypted request costs beside a plain one: a body and an answer of 1 KB.</summary>
[MemoryDiagnoser]
public class EncryptionBenchmarks
{
    private static readonly byte[] AnswerHeader = """{"alg":"dir","enc":"A256GCM","jti":"0e0f1b9e-9f5c-4d0a-8f3e-2b1c7a6d5e4f"}"""u8.ToArray();

    private readonly byte[] _text = Encoding.ASCII.GetBytes(new string('a', 1024));
    private EncryptionKeys _keys = null!;
    private string _request = "";
    private byte[] _contentKey = [];

    /// <summary>Bits of the key.</summary>
    [Params(2048, 3072)]
    public int Bits { get; set; }

    [GlobalSetup]
    public void Encrypt()
    {
        using var rsa = RSA.Create(Bits);
        _keys = new EncryptionKeys(rsa.ExportPkcs8PrivateKeyPem);
        var header = Base64Url.EncodeToString(Encoding.ASCII.GetBytes(
            $$"""{"alg":"RSA-OAEP-256","enc":"A256GCM","kid":"{{_keys.Current.KeyId}}","iat":1795263240,"jti":"0e0f1b9e-9f5c-4d0a-8f3e-2b1c7a6d5e4f","path":"/email/generateEmail"}"""));
        _contentKey = RandomNumberGenerator.GetBytes(JweCompact.KeyBytes);
        var (nonce, ciphertext, tag) = (RandomNumberGenerator.GetBytes(12), new byte[_text.Length], new byte[16]);
        using var cipher = new AesGcm(_contentKey, tag.Length);
        cipher.Encrypt(nonce, _text, ciphertext, tag, Encoding.ASCII.GetBytes(header));
        var parts = new[] { rsa.Encrypt(_contentKey, RSAEncryptionPadding.OaepSHA256), nonce, ciphertext, tag };
        _request = string.Join('.', parts.Select(part => Base64Url.EncodeToString(part)).Prepend(header));
    }

    [GlobalCleanup]
    public void Close() => _keys.Dispose();

    [Benchmark]
    public async Task<byte[]> OpenAndAnswer()
    {
        var (opened, _) = await _keys.OpenAsync(JweCompact.Parse(_request)!, CancellationToken.None);
        return JweCompact.Encrypt(opened!.ContentKey, AnswerHeader, _text);
    }

    [Benchmark]
    public byte[] Answer() => JweCompact.Encrypt(_contentKey, AnswerHeader, _text);
}
