using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Headers;

namespace ChaturMail.Tests.Support;

/// <summary>Stands in for the server of Google's keys, without a network: counts what is asked and answers what the test says.</summary>
public sealed class KeyServer : HttpMessageHandler
{
    private int _requests;

    public int Requests => Volatile.Read(ref _requests);

    public ConcurrentQueue<Uri?> Asked { get; } = [];

    public HttpStatusCode Status { get; set; } = HttpStatusCode.OK;

    public string Body { get; set; } = TestTokens.JwkSet(TestTokens.Rfc7515Key, "k1");

    public string? CacheControl { get; set; } = "public, max-age=19800, must-revalidate, no-transform";

    public TimeSpan? Age { get; set; }

    public bool Unreachable { get; set; }

    /// <summary>An answer waits for this.</summary>
    public Task Gate { get; set; } = Task.CompletedTask;

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _requests);
        Asked.Enqueue(request.RequestUri);
        await Gate.WaitAsync(cancellationToken);
        if (Unreachable) throw new HttpRequestException("No route to host");
        var response = new HttpResponseMessage(Status) { Content = new StringContent(Body) };
        if (CacheControl is not null) response.Headers.CacheControl = CacheControlHeaderValue.Parse(CacheControl);
        response.Headers.Age = Age;
        return response;
    }
}
