using System.Globalization;
using System.Text;
using ChaturMail.Core.Language.Composer;

namespace ChaturMail.Benchmarks.Fuzz;

/// <summary>Makes the requests of a run: the same ones for the same seed, but for the tokens and ids in them.</summary>
/// <param name="tokens">Session tokens by what they are good for; null sends none.</param>
internal sealed class RequestFuzz(IReadOnlyList<FuzzRoute> routes, SeededChoice choice, IReadOnlyList<string> ids, Func<bool, string> tokens)
{
    private const int BodyLimit = 256 * 1024;

    private static readonly string[] Methods = ["GET", "HEAD", "PUT", "DELETE", "OPTIONS", "TRACE", "PATCH", "FOO", "post", "PROPFIND", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"];

    private static readonly string[] Paths =
    [
        "/", "//", "///user/getUserData", "/user//getUserData", "/user/getUserData/", "/USER/GETUSERDATA", "/user/./getUserData", "/email/../user/getUserData", "/%2e%2e/%2e%2e/etc/passwd",
        "/user/getUserData%00", "/%00", "/%", "/%zz", "/%ff%fe", "/%c0%af", "/user%2fgetUserData", "/user\\getUserData", "/user/getUserData;a=b", "/user/getUserData?a=%00&b[]=1&b[$ne]=2",
        "/user/getUserData?" , "/icons/../appsettings.json", "/icons/..%2f..%2fappsettings.json", "/icons/%2e%2e/%2e%2e/appsettings.json", "/icons/", "/icons/none.svg", "/icons/request.svg/",
        "/.git/config", "/.env", "/appsettings.json", "/ChaturMail.Api.dll", "/server-status", "/actuator/env", "/swagger/index.html", "/metrics", "/debug/pprof", "/admin", "/wp-login.php",
        "/auth", "/auth/", "/favicon.ico", "/robots.txt", "/.well-known/security.txt", "/{a}", "/$metadata", "/a:b", "/user/getUserData#a", "/\u00E9",
    ];

    private static readonly string[] Headers =
    [
        "Content-Type: text/plain", "Content-Type: application/xml", "Content-Type: application/json; charset=utf-16", "Content-Type: application/json; charset=\"utf-7\"",
        "Content-Type: application/json; charset=none", "Content-Type: ;;;", "Content-Type: multipart/form-data", "Content-Type: multipart/form-data; boundary=a",
        "Content-Type: application/x-www-form-urlencoded", "Content-Type: application/jose", "Content-Type: application/json\r\nContent-Type: text/html", "Content-Type: */*",
        "Content-Encoding: gzip", "Content-Encoding: br, identity", "Content-Encoding: ", "Accept: text/html", "Accept: ;q=a", "Accept-Encoding: gzip, br, deflate", "Accept-Language: ..,;q=2",
        "Idempotency-Key: ", "Idempotency-Key: a\r\nIdempotency-Key: b", "Idempotency-Key: {\"$ne\":null}", "Idempotency-Key: ../../a", "Idempotency-Key: a b c",
        "Last-Event-ID: ", "Last-Event-ID: x", "Last-Event-ID: :", "Last-Event-ID: ffffffffffffffffffffffff:0-0", "Last-Event-ID: ffffffffffffffffffffffff:99999999999999999999-99999999999999999999",
        "Last-Event-ID: ffffffffffffffffffffffff:-1:-1", "Last-Event-ID: *", "Host: ", "Host: evil.example", "Host: a:99999", "Host: a/b", "Host: <script>", "Host: localhost\r\nHost: other",
        "X-Forwarded-For: 1.2.3.4", "X-Forwarded-For: not an address", "X-Forwarded-Proto: javascript", "X-Forwarded-Host: evil.example", "X-Original-URL: /admin", "X-HTTP-Method-Override: GET",
        "Origin: null", "Origin: https://evil.example", "Origin: \r\nAccess-Control-Request-Method: a b", "Cookie: a=b; a=c; $Version=1", "Range: bytes=0-0,1-1,2-2", "If-None-Match: *", "If-Modified-Since: never",
        "Upgrade: websocket\r\nConnection: Upgrade", "Expect: 100-continue", "Expect: 200-ok", "traceparent: 00-zz-zz-zz", "tracestate: ,,,", "baggage: a", "User-Agent: ", "Connection: close, keep-alive", "Via: a",
    ];

    private static readonly string[] Authorizations =
    [
        "", "Bearer", "Bearer ", "Bearer a", "Bearer a.b.c", "Bearer ..", "Bearer eyJhbGciOiJub25lIiwidHlwIjoiSldUIn0.eyJ1aWQiOiJ4IiwiZXhwIjo5OTk5OTk5OTk5fQ.", "Basic YTpi", "bearer", "Bearer\t a", "Digest a=b",
        "Bearer eyJhbGciOiJIUzI1NiIsImtpZCI6Ii4uLy4uL2Rldi9udWxsIn0.e30.AAAA", "Bearer {\"$ne\":null}", "Bearer %00", "Bearer a, Bearer b",
    ];

    // Below HTTP: the server answers before there is a route, some of it without a body.
    private static readonly string[] Broken =
    [
        "\r\n\r\n", "GET\r\n\r\n", "GET /\r\n\r\n", "POST /user/getUserData HTTP/9.9\r\nHost: a\r\n\r\n", "POST /user/getUserData HTTP/1.1\r\n\r\n", "POST /user/getUserData HTTP/1.1\r\nHost: a\r\nBroken\r\n\r\n",
        "POST /user/getUserData HTTP/1.1\r\nHost: a\r\nA: b\r\n c\r\n\r\n", "POST /user/getUserData HTTP/1.1\r\nHost : a\r\n\r\n", "POST /user/getUserData HTTP/1.1\r\nHost: a\r\nA\u0000: b\r\n\r\n",
        "POST /user/getUserData HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n", "POST /user/getUserData HTTP/1.1\r\nHost: a\r\nContent-Length: abc\r\n\r\n",
        "POST /user/getUserData HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\n{}", "POST /user/getUserData HTTP/1.1\r\nHost: a\r\nContent-Length: 99999999999999999999\r\n\r\n",
        "POST /user/getUserData HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip\r\n\r\n", "POST /user/getUserData HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked, gzip\r\n\r\n",
        "POST /user/getUserData HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nContent-Length: 4\r\n\r\n2\r\n{}\r\n0\r\n\r\n", "POST /user/getUserData HTTP/1.1\r\nHost: a\r\nTransfer-Encoding:\u000Bchunked\r\n\r\n",
        "POST /user/getUserData HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n0\r\n\r\n",
        "POST /user/getUserData HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\nFFFFFFFFFFFFFFFF1\r\n{}\r\n",
        "POST http://evil.example/user/getUserData HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\n{}", "CONNECT a:443 HTTP/1.1\r\nHost: a:443\r\n\r\n", "OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n", "GET * HTTP/1.1\r\nHost: a\r\n\r\n",
        "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "POST /user/getUserData HTTP/1.1\nHost: a\n\n", "\u0016\u0003\u0001\u0000\u00A5\u0001\u0000\u0000\u00A1\u0003\u0003", "GET / HTTP/1.1\r\nHost: a\r\nA: \u00FF\u00FE\r\n\r\n",
        "POST /user/getUserData HTTP/1.0\r\n\r\n", "POST /user/getUserData HTTP/1.0\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}", "*1\r\n$4\r\nPING\r\n", "EHLO a\r\n",
    ];

    /// <summary>The next request.</summary>
    public FuzzRequest Next()
    {
        var route = routes[choice.Next(routes.Count)];
        return choice.Next(20) switch
        {
            < 11 => OfBody(route),
            < 14 => OfHeader(route),
            14 => OfAuthorization(route),
            15 => OfMethod(route),
            16 => OfPath(),
            17 => OfSize(route),
            18 => OfFraming(route),
            _ => new FuzzRequest("broken", Encoding.Latin1.GetBytes(Pick(Broken)), Expectation.Refusal, EndsSending: true),
        };
    }

    private static Expectation ExpectedOf(FuzzRoute route) => route.IsApi ? Expectation.Envelope : Expectation.Harmless;

    private FuzzRequest OfBody(FuzzRoute route)
    {
        var (what, body) = new BodyFuzz(choice, ids).Next(route);
        return new FuzzRequest($"{route.Path} {what}", FuzzRequest.Of(route.Method, route.Path, Usual(), body), ExpectedOf(route));
    }

    private FuzzRequest OfHeader(FuzzRoute route)
    {
        var header = Pick(Headers);
        var name = header[..(header.IndexOf(':', StringComparison.Ordinal) + 1)];
        var what = $"{route.Path} {header.Replace("\r\n", " | ", StringComparison.Ordinal)}";
        var headers = Usual().Where(usual => !usual.StartsWith(name, StringComparison.OrdinalIgnoreCase)).Append(header);
        // A host that is none, a connection that is to become another, and an expectation are dealt with below the API.
        var below = name is "Host:" or "Expect:" or "Upgrade:";
        var refusal = route.IsApi ? Expectation.Refusal : Expectation.Harmless;
        if (choice.Next(8) == 0)
            return new FuzzRequest($"{what} huge", FuzzRequest.Of(route.Method, route.Path, headers.Append("X-Long: " + new string('a', Pick<int>([8000, 30_000, 33_000, 200_000]))), "{}"u8), refusal);
        if (choice.Next(12) == 0)
            return new FuzzRequest($"{what} many", FuzzRequest.Of(route.Method, route.Path, headers.Concat(Enumerable.Range(0, 60 + choice.Next(60)).Select(i => $"X-{i}: a")), "{}"u8), refusal);
        var body = Encoding.UTF8.GetBytes(new BodyFuzz(choice, ids).Valid(route));
        return new FuzzRequest(what, FuzzRequest.Of(route.Method, route.Path, headers, body), below ? refusal : ExpectedOf(route));
    }

    private FuzzRequest OfAuthorization(FuzzRoute route)
    {
        var value = choice.Next(6) switch { 0 => "Bearer " + new string('a', 20_000), 1 => Garbled("Bearer " + tokens(false)), _ => Pick(Authorizations) };
        List<string> headers = ["Host: localhost", "Content-Type: application/json", "Authorization: " + value];
        if (choice.Next(5) == 0) headers.Add("Authorization: Bearer " + tokens(false));
        var body = Encoding.UTF8.GetBytes(new BodyFuzz(choice, ids).Valid(route));
        return new FuzzRequest($"{route.Path} authorization", FuzzRequest.Of(route.Method, route.Path, headers, body), ExpectedOf(route));
    }

    private FuzzRequest OfMethod(FuzzRoute route)
    {
        var method = Pick(Methods);
        return new FuzzRequest($"{method} {route.Path}", FuzzRequest.Of(method, route.Path, Usual(), "{}"u8), ExpectedOf(route));
    }

    private FuzzRequest OfPath()
    {
        var path = choice.Next(10) switch
        {
            0 => "/" + new string('a', Pick<int>([1000, 8000, 9000, 100_000])),
            1 => "/" + string.Concat(Enumerable.Repeat("a/", 2000)),
            2 => "/user/getUserData?" + new string('a', 5000),
            _ => Pick(Paths),
        };
        var what = path.Length > 60 ? path[..60] : path;
        return new FuzzRequest(what, FuzzRequest.Of(Pick<string>(["POST", "GET"]), path, Usual(), "{}"u8), Expectation.Refusal);
    }

    private FuzzRequest OfSize(FuzzRoute route)
    {
        var size = Pick<int>([BodyLimit - 1, BodyLimit, BodyLimit + 1, 1_000_000]);
        var body = Encoding.UTF8.GetBytes("{\"subject\":\"" + new string('a', size - 14) + "\"}");
        var what = string.Create(CultureInfo.InvariantCulture, $"{route.Path} {size} bytes");
        var expected = !route.IsApi ? Expectation.Harmless : size > BodyLimit ? Expectation.EnvelopeOrEnd : Expectation.Envelope;
        return choice.Next(2) == 0
            ? new FuzzRequest(what, FuzzRequest.Of(route.Method, route.Path, Usual(), body), expected)
            : new FuzzRequest(what + " chunked", Chunked(route, body, Pick<int>([1000, 30_000])), expected);
    }

    // What is announced and what comes are two things.
    private FuzzRequest OfFraming(FuzzRoute route)
    {
        var body = Encoding.UTF8.GetBytes(new BodyFuzz(choice, ids).Valid(route));
        var cut = route.IsApi ? Expectation.EnvelopeOrEnd : Expectation.Harmless;
        return choice.Next(6) switch
        {
            0 => new($"{route.Path} longer than it is", FuzzRequest.Of(route.Method, route.Path, Usual().Append($"Content-Length: {body.Length + 10}"), body, withLength: false), cut, EndsSending: true),
            1 => new($"{route.Path} shorter than it is", FuzzRequest.Of(route.Method, route.Path, Usual().Append("Content-Length: 1"), body, withLength: false), cut, EndsSending: true),
            2 => new($"{route.Path} no length", FuzzRequest.Of(route.Method, route.Path, Usual(), body, withLength: false), cut, EndsSending: true),
            3 => new($"{route.Path} byte by byte", Chunked(route, body, 1), ExpectedOf(route)),
            4 => new($"{route.Path} without its end", Chunked(route, body, 10)[..^5], cut, EndsSending: true),
            _ => new($"{route.Path} hangs up", FuzzRequest.Of(route.Method, route.Path, Usual().Append("Content-Length: 100000"), body, withLength: false), cut, EndsSending: true),
        };
    }

    private byte[] Chunked(FuzzRoute route, byte[] body, int size)
    {
        using var bytes = new MemoryStream();
        bytes.Write(FuzzRequest.Of(route.Method, route.Path, Usual().Append("Transfer-Encoding: chunked"), [], withLength: false));
        foreach (var chunk in body.Chunk(size))
        {
            bytes.Write(Encoding.ASCII.GetBytes(chunk.Length.ToString("x", CultureInfo.InvariantCulture) + "\r\n"));
            bytes.Write(chunk);
            bytes.Write("\r\n"u8);
        }

        bytes.Write("0\r\n\r\n"u8);
        return bytes.ToArray();
    }

    // Mostly as a user, at times as an operator or as nobody.
    private List<string> Usual()
    {
        List<string> headers = ["Host: localhost", "Content-Type: application/json; charset=utf-8"];
        if (choice.Next(10) is var who && who > 0) headers.Add("Authorization: Bearer " + tokens(who > 6));
        if (choice.Next(4) == 0) headers.Add("Accept-Encoding: gzip, br");
        return headers;
    }

    private string Garbled(string value)
    {
        var letters = value.ToCharArray();
        letters[7 + choice.Next(letters.Length - 7)] = (char)('!' + choice.Next(90));
        return new string(letters);
    }

    private T Pick<T>(T[] items) => items[choice.Next(items.Length)];
}
