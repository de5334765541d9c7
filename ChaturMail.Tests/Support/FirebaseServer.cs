using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using ChaturMail.Core.Firebase;
using ChaturMail.Core.Identity;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace ChaturMail.Tests.Support;

/// <summary>
/// Google's side on a loopback port: the token endpoint, which checks the service account's assertion for real, and behind it whatever the
/// test scripts: the first call gets the first answer, and the last answer repeats. A call without a good access token is 401.
/// </summary>
internal sealed class FirebaseServer : IAsyncDisposable
{
    private const string AccessToken = "ya29.an-access-token";
    private const string ClientEmail = "sender@demo-chaturmail.iam.example.com";

    private readonly WebApplication _app;
    private readonly ScriptedAnswer[] _script;
    private readonly RSA _key = RSA.Create(2048);
    private readonly ConcurrentQueue<RecordedRequest> _requests = new();
    private readonly SemaphoreSlim _arrivals = new(0);
    private int _calls;
    private int _grants;

    private FirebaseServer(ScriptedAnswer[] script)
    {
        _script = script;
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        _app = builder.Build();
        _app.MapPost("/token", (Delegate)GrantAsync);
        _app.MapFallback(AnswerAsync);
    }

    /// <summary>Host and port.</summary>
    public string Host => new Uri(_app.Urls.Single()).Authority;

    /// <summary>The calls so far, without those for access tokens.</summary>
    public IReadOnlyList<RecordedRequest> Requests => [.. _requests];

    /// <summary>How often an access token was asked for.</summary>
    public int Grants => Volatile.Read(ref _grants);

    /// <summary>What was wrong with the assertions that were refused.</summary>
    public ConcurrentQueue<string> RefusedAssertions { get; } = new();

    /// <summary>The service account that the server takes.</summary>
    public ServiceAccountOptions Account => AccountWith(_key);

    /// <summary>The same with a key that the server does not know.</summary>
    public ServiceAccountOptions AccountOfAnother()
    {
        using var key = RSA.Create(2048);
        return AccountWith(key);
    }

    /// <summary>Starts a server with this script.</summary>
    public static async Task<FirebaseServer> StartAsync(params ScriptedAnswer[] script)
    {
        var server = new FirebaseServer(script);
        await server._app.StartAsync();
        return server;
    }

    /// <summary>Waits for one more call.</summary>
    public async Task<RecordedRequest> ArrivalAsync()
    {
        Assert.True(await _arrivals.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken), "no call came");
        return _requests.Last();
    }

    /// <summary>A handler that leads every request here, whatever host it is for.</summary>
    public DelegatingHandler Redirect() => new Redirection(new Uri(_app.Urls.Single())) { InnerHandler = new SocketsHttpHandler() };

    /// <summary>A client for the REST adapters.</summary>
    public GoogleApi Api(ServiceAccountOptions? account = null, TimeSpan? timeout = null) => new(
        new HttpClient(Redirect()), ServiceAccountToken.Source(account ?? Account), TimeProvider.System)
    {
        Timeout = timeout ?? TimeSpan.FromSeconds(20),
    };

    public async ValueTask DisposeAsync()
    {
        using var now = new CancellationTokenSource();
        await now.CancelAsync();
        await _app.StopAsync(now.Token);
        await _app.DisposeAsync();
        _arrivals.Dispose();
        _key.Dispose();
    }

    private ServiceAccountOptions AccountWith(RSA key) => new()
    {
        Type = "service_account",
        ProjectId = TestTokens.Project,
        PrivateKeyId = "key-1",
        PrivateKey = Convert.ToBase64String(Encoding.ASCII.GetBytes(key.ExportPkcs8PrivateKeyPem())),
        ClientEmail = ClientEmail,
        TokenUri = _app.Urls.Single() + "/token",
    };

    // https://developers.google.com/identity/protocols/oauth2/service-account#httprest
    private async Task<IResult> GrantAsync(HttpContext call)
    {
        Interlocked.Increment(ref _grants);
        var form = await call.Request.ReadFormAsync();
        if (Fault(form) is not { } fault) return Results.Json(new { access_token = AccessToken, expires_in = 3600, token_type = "Bearer" });
        RefusedAssertions.Enqueue(fault);
        return Results.Json(new { error = "invalid_grant", error_description = "Invalid JWT Signature." }, statusCode: 400);
    }

    private string? Fault(IFormCollection form)
    {
        if (form["grant_type"] != "urn:ietf:params:oauth:grant-type:jwt-bearer") return "grant_type";
        if (JwsCompact.Parse(form["assertion"].ToString()) is not { } assertion) return "assertion";
        if (assertion.KeyId != "key-1") return "kid";
        if (!assertion.IsSignedWithRs256(_key)) return "signature";
        using var claims = JsonDocument.Parse(assertion.Payload);
        string Text(string name) => claims.RootElement.GetProperty(name).GetString()!;
        if (Text("iss") != ClientEmail) return "iss";
        // Google's own, wherever the assertion is sent.
        if (Text("aud") != "https://oauth2.googleapis.com/token") return "aud";
        string[] scopes = ["https://www.googleapis.com/auth/firebase.messaging", "https://www.googleapis.com/auth/identitytoolkit"];
        if (!Text("scope").Split(' ').Order().SequenceEqual(scopes)) return "scope";
        var (issued, expires) = (claims.RootElement.GetProperty("iat").GetInt64(), claims.RootElement.GetProperty("exp").GetInt64());
        return expires > issued && expires <= issued + 3600 ? null : "exp";
    }

    private async Task AnswerAsync(HttpContext call)
    {
        using var reader = new StreamReader(call.Request.Body, Encoding.UTF8);
        var body = await reader.ReadToEndAsync(call.RequestAborted);
        var authorization = call.Request.Headers.Authorization.ToString();
        if (authorization is not ("Bearer " + AccessToken or "Bearer owner"))
        {
            await FirebaseAnswers.Error(401, "UNAUTHENTICATED")(call);
            return;
        }

        var number = Interlocked.Increment(ref _calls);
        _requests.Enqueue(new RecordedRequest(call.Request.Path, authorization, body, TimeProvider.System.GetTimestamp()));
        _arrivals.Release();
        try
        {
            await _script[Math.Min(number, _script.Length) - 1](call);
        }
        catch (OperationCanceledException) when (call.RequestAborted.IsCancellationRequested)
        {
            // The client has gone, which is what some scripts wait for.
        }
    }

    private sealed class Redirection(Uri server) : DelegatingHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            request.RequestUri = new Uri(server, request.RequestUri!.PathAndQuery);
            return base.SendAsync(request, cancellationToken);
        }
    }
}

/// <summary>Answers of Google's services.</summary>
internal static class FirebaseAnswers
{
    /// <summary>FCM has accepted a message.</summary>
    public static ScriptedAnswer Sent() => Answers.Json(200, """{"name":"projects/demo-chaturmail/messages/0:1"}""");

    /// <summary>An error with a status (https://cloud.google.com/apis/design/errors#error_model), and FCM's code in its details.</summary>
    public static ScriptedAnswer Error(int code, string status, string? fcm = null) => Answers.Json(code, JsonSerializer.Serialize(new
    {
        error = new
        {
            code,
            message = "Requested entity zebra was not found.",
            status,
            details = fcm is null ? [] : new[] { new Dictionary<string, string> { ["@type"] = "type.googleapis.com/google.firebase.fcm.v1.FcmError", ["errorCode"] = fcm } },
        },
    }));

    /// <summary>An error of the Identity Toolkit, whose code is the message.</summary>
    public static ScriptedAnswer Refusal(string message) => Answers.Json(400, $$$"""{"error":{"code":400,"message":"{{{message}}}","errors":[]}}""");

    /// <summary>What the Identity Toolkit knows of a user.</summary>
    public static ScriptedAnswer User(string uid, string more = "") => Answers.Json(
        200, $$"""{"kind":"identitytoolkit#GetAccountInfoResponse","users":[{"localId":"{{uid}}"{{more}}}]}""");

    /// <summary>There is no such user.</summary>
    public static ScriptedAnswer NoUser() => Answers.Json(200, """{"kind":"identitytoolkit#GetAccountInfoResponse"}""");

    /// <summary>A success without anything to say.</summary>
    public static ScriptedAnswer Done() => Answers.Json(200, "{}");
}
