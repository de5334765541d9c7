using System.Buffers.Text;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace ChaturMail.Tests.Support;

/// <summary>A request on its way: the JWE, the key that only its sender has, and where it is meant to go.</summary>
internal sealed record EncryptedRequest(string Route, string Text, byte[] ContentKey, string? Token, string Id);

/// <summary>An encrypted answer, opened, or a plain one.</summary>
internal sealed record EncryptedReply(ApiAnswer Answer, bool IsEncrypted);

/// <summary>Talks to an Api by encrypted bodies, with nothing of the product's own code for them.</summary>
internal sealed class EncryptedClient(ApiClient client, JsonObject key)
{
    private static readonly Lazy<string[]> PrivateKeys = new(() => [.. Enumerable.Range(0, 2).Select(_ => NewPrivateKey(2048))]);

    /// <summary>A private key as the configuration has it, made once for all tests.</summary>
    public static string PrivateKey => PrivateKeys.Value[0];

    /// <summary>Another one.</summary>
    public static string OtherPrivateKey => PrivateKeys.Value[1];

    public string KeyId => key["kid"]!.GetValue<string>();

    public static string NewPrivateKey(int bits)
    {
        using var rsa = RSA.Create(bits);
        return Convert.ToBase64String(Encoding.ASCII.GetBytes(rsa.ExportPkcs8PrivateKeyPem()));
    }

    /// <summary>Fetches the key.</summary>
    public static async Task<EncryptedClient> OpenAsync(ApiClient client) => new(client, (await client.PostAsync("/misc/getPublicKey", new { })).Item);

    /// <summary>Encrypts a request as it should be, but for a change of the header.</summary>
    public EncryptedRequest Make(string route, object body, string? token = null, Action<JsonObject>? change = null)
    {
        var id = Convert.ToHexString(RandomNumberGenerator.GetBytes(16));
        var header = new JsonObject
        {
            ["alg"] = "RSA-OAEP-256",
            ["enc"] = "A256GCM",
            ["kid"] = KeyId,
            ["iat"] = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds(),
            ["jti"] = id,
            ["path"] = route,
        };
        if (token is not null) header["ath"] = Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(token)));
        change?.Invoke(header);
        var contentKey = RandomNumberGenerator.GetBytes(32);
        return new EncryptedRequest(route, Encrypt(header.ToJsonString(), contentKey, body as string ?? JsonSerializer.Serialize(body)), contentKey, token, id);
    }

    /// <summary>A JWE with any header.</summary>
    public string Encrypt(string header, byte[] contentKey, string plaintext)
    {
        using var rsa = RSA.Create(new RSAParameters { Modulus = Bytes(key["n"]!.GetValue<string>()), Exponent = Bytes(key["e"]!.GetValue<string>()) });
        return Encrypt(header, rsa.Encrypt(contentKey, RSAEncryptionPadding.OaepSHA256), contentKey, plaintext);
    }

    public static string Encrypt(string header, byte[] encryptedKey, byte[] contentKey, string plaintext)
    {
        var associated = Base64Url.EncodeToString(Encoding.UTF8.GetBytes(header));
        var plain = Encoding.UTF8.GetBytes(plaintext);
        var (nonce, tag, ciphertext) = (RandomNumberGenerator.GetBytes(12), new byte[16], new byte[plain.Length]);
        using var cipher = new AesGcm(contentKey, 16);
        cipher.Encrypt(nonce, plain, ciphertext, tag, Encoding.ASCII.GetBytes(associated));
        return string.Join('.', [associated, .. new[] { encryptedKey, nonce, ciphertext, tag }.Select(part => Base64Url.EncodeToString(part))]);
    }

    /// <summary>Opens what the server encrypted under the content key; its header and its text.</summary>
    public static (JsonObject Header, string Text) Decrypt(string token, byte[] contentKey)
    {
        var parts = token.Split('.');
        Assert.Equal((5, ""), (parts.Length, parts[1]));
        var header = JsonNode.Parse(Bytes(parts[0]))!.AsObject();
        Assert.Equal(("dir", "A256GCM"), (header["alg"]!.GetValue<string>(), header["enc"]!.GetValue<string>()));
        var ciphertext = Bytes(parts[3]);
        var plain = new byte[ciphertext.Length];
        using var cipher = new AesGcm(contentKey, 16);
        cipher.Decrypt(Bytes(parts[2]), ciphertext, Bytes(parts[4]), plain, Encoding.ASCII.GetBytes(parts[0]));
        return (header, Encoding.UTF8.GetString(plain));
    }

    /// <summary>Makes a request and sends it; the answer must be encrypted.</summary>
    public async Task<ApiAnswer> PostAsync(string route, object body, string? token = null, params (string Name, string Value)[] headers)
    {
        var reply = await SendAsync(Make(route, body, token), headers: headers);
        Assert.True(reply.IsEncrypted, $"{route} was answered in the clear: {reply.Answer.HttpStatus} {reply.Answer.Code}");
        return reply.Answer;
    }

    /// <summary>Sends a request, perhaps elsewhere or with another token than it was made for.</summary>
    public async Task<EncryptedReply> SendAsync(
        EncryptedRequest request, string? text = null, string? route = null, string? token = null, ApiClient? to = null, (string Name, string Value)[]? headers = null)
    {
        using var message = Message(request, text, route, token, headers);
        using var response = await (to ?? client).Http.SendAsync(message);
        if (response.Content.Headers.ContentType?.MediaType != "application/jose") return new EncryptedReply(await ApiAnswer.ReadAsync(response), false);
        Assert.Empty(response.Content.Headers.ContentEncoding);
        var (header, plain) = Decrypt(await response.Content.ReadAsStringAsync(), request.ContentKey);
        Assert.Equal(request.Id, header["jti"]!.GetValue<string>());
        Assert.Equal(3, header.Count);
        using var opened = new HttpResponseMessage(response.StatusCode) { Content = new ByteArrayContent(Encoding.UTF8.GetBytes(plain)) };
        opened.Content.Headers.ContentType = MediaTypeHeaderValue.Parse("application/json; charset=utf-8");
        foreach (var (name, values) in response.Headers) opened.Headers.TryAddWithoutValidation(name, values);
        return new EncryptedReply(await ApiAnswer.ReadAsync(opened), true);
    }

    public static HttpRequestMessage Message(
        EncryptedRequest request, string? text = null, string? route = null, string? token = null, (string Name, string Value)[]? headers = null)
    {
        var message = new HttpRequestMessage(HttpMethod.Post, route ?? request.Route) { Content = new ByteArrayContent(Encoding.UTF8.GetBytes(text ?? request.Text)) };
        message.Content.Headers.TryAddWithoutValidation("Content-Type", "application/jose");
        if ((token ?? request.Token) is { } bearer) message.Headers.TryAddWithoutValidation("Authorization", "Bearer " + bearer);
        foreach (var (name, value) in headers ?? []) message.Headers.TryAddWithoutValidation(name, value);
        return message;
    }

    private static byte[] Bytes(string base64Url) => Base64Url.DecodeFromChars(base64Url);
}
