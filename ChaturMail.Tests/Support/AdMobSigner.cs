using System.Buffers.Text;
using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace ChaturMail.Tests.Support;

/// <summary>Signs callbacks as AdMob does, with a key of its own.</summary>
internal sealed class AdMobSigner(ulong keyId) : IDisposable
{
    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    public ulong KeyId => keyId;

    /// <summary>The key as Google publishes it.</summary>
    public object Published => new { keyId, pem = _key.ExportSubjectPublicKeyInfoPem(), base64 = Convert.ToBase64String(_key.ExportSubjectPublicKeyInfo()) };

    /// <summary>What Google's key server answers.</summary>
    public static string KeysJson(params object[] published) => JsonSerializer.Serialize(new { keys = published });

    /// <summary>The query of a callback: its fields' escapes are undone before they are signed.</summary>
    public string Sign(string fields) => $"{fields}&signature={Signature(Uri.UnescapeDataString(fields))}&key_id={keyId}";

    /// <summary>The signature of exactly this text.</summary>
    public string Signature(string text) => Base64Url.EncodeToString(
        _key.SignData(Encoding.UTF8.GetBytes(text), HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence));

    /// <summary>The fields of a callback in Google's order.</summary>
    public static string Fields(string uid, string transaction, DateTimeOffset at, string adUnit = "1234567890", int amount = 10) => string.Create(
        CultureInfo.InvariantCulture,
        $"ad_network=5450213213286189855&ad_unit={adUnit}&custom_data=none&reward_amount={amount}&reward_item=coins&timestamp={at.ToUnixTimeMilliseconds()}&transaction_id={transaction}&user_id={uid}");

    public void Dispose() => _key.Dispose();
}

/// <summary>Google's key server on a loopback port.</summary>
internal sealed class AdMobKeyServer : IAsyncDisposable
{
    private readonly WebApplication _app;
    private int _requests;

    private AdMobKeyServer(string keys)
    {
        Body = keys;
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        _app = builder.Build();
        _app.MapGet("/keys.json", (HttpResponse response) =>
        {
            Interlocked.Increment(ref _requests);
            response.StatusCode = (int)Status;
            return response.WriteAsync(Body);
        });
    }

    public string Body { get; set; }

    public HttpStatusCode Status { get; set; } = HttpStatusCode.OK;

    public int Requests => Volatile.Read(ref _requests);

    public string Address => _app.Urls.Single() + "/keys.json";

    public static async Task<AdMobKeyServer> StartAsync(params AdMobSigner[] signers)
    {
        var server = new AdMobKeyServer(AdMobSigner.KeysJson([.. signers.Select(signer => signer.Published)]));
        await server._app.StartAsync();
        return server;
    }

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
    }
}
