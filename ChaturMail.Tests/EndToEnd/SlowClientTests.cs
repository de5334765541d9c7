using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using ChaturMail.Tests.Support;

namespace ChaturMail.Tests.EndToEnd;

/// <summary>Clients that are slow, or many, on purpose, against a real process: others are served meanwhile, and they are got rid of.</summary>
public sealed class SlowClientTests(SlowClientTests.StrictApi strict) : IClassFixture<SlowClientTests.StrictApi>, IAsyncLifetime
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly TextFolder _folder = new();
    private readonly List<Socket> _sockets = [];
    private ProductProcess? _process;
    private ApiClient _client = strict.Client;

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        foreach (var socket in _sockets) socket.Dispose();
        if (_process is not null)
        {
            _client.Dispose();
            await _process.DisposeAsync();
        }

        _folder.Dispose();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task AHeadThatDoesNotEndEndsTheConnection()
    {
        var slow = await OpenAsync("POST /user/getUserData HTTP/1.1\r\nHost: a\r\nX-Slow: ");

        await ExpectServedAsync();
        var answer = await ReadToEndAsync(slow);

        Assert.True(answer.Length == 0 || answer.StartsWith("HTTP/1.1 408", StringComparison.Ordinal), answer);
    }

    [Fact]
    public async Task ABodyThatDoesNotComeIsNotWaitedFor()
    {
        // It has sent enough for its pace to be no matter.
        await StartAsync(("Server__RequestTimeout", "00:00:01"), ("Server__LeastBytesPerSecond", "1"));
        var token = await _client.SignInAsync();
        var slow = await OpenAsync(Head("/misc/submitFeedback", token, 1000) + "{\"subject\":\"" + new string('a', 500));

        await ExpectServedAsync();
        var answer = await ReadToEndAsync(slow);

        Assert.StartsWith("HTTP/1.1 503", answer, StringComparison.Ordinal);
        Assert.Contains("\"request_timeout\"", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ABodyThatComesInDropsEndsOnRoutesWithoutATimeOutToo()
    {
        var token = await _client.SignInAsync();
        var slow = await OpenAsync(Head("/email/generateEmail", token, 200_000) + "{\"subject\":");

        await ExpectServedAsync();
        var answer = await ReadToEndAsync(slow);

        Assert.StartsWith("HTTP/1.1 408", answer, StringComparison.Ordinal);
        Assert.Contains("\"request_cancelled\"", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AClientThatDoesNotReadItsAnswersIsGivenUp()
    {
        var slow = await OpenAsync("", receiveBuffer: 4096);
        var request = Encoding.ASCII.GetBytes("GET /openapi/v1.json HTTP/1.1\r\nHost: a\r\n\r\n");

        // Asks on and on and takes nothing. When nothing more can be sent the server has stopped reading; then it ends the connection.
        using var limit = new CancellationTokenSource(Patience);
        await Assert.ThrowsAsync<SocketException>(async () =>
        {
            while (true) await slow.SendAsync(request, limit.Token);
        });
        await ExpectServedAsync();
    }

    [Fact]
    public async Task AThousandIdleConnectionsAreNobodysTrouble()
    {
        for (var i = 0; i < 1000; i++) await OpenAsync("");
        await ExpectServedAsync();
        for (var i = 0; i < 50; i++) await OpenAsync("POST /user/getUserData HTTP/1.1\r\nHo");
        await ExpectServedAsync();
    }

    [Fact]
    public async Task OneAddressHasSoManyConnectionsAndNoMore()
    {
        await StartAsync(("Server__MaxConnectionsPerAddress", "4"));
        var held = new List<Socket>();
        for (var i = 0; i < 4; i++) held.Add(await ServedAsync());

        await Assert.ThrowsAsync<IOException>(ServedAsync);

        foreach (var socket in held) socket.Close();
        await Eventually.TrueAsync(async () =>
        {
            try
            {
                return await ServedAsync() is not null;
            }
            catch (IOException)
            {
                return false;
            }
        });
    }

    [Fact]
    public async Task ATrustedProxyMayHaveAnyNumberOfConnections()
    {
        await StartAsync(("Server__MaxConnectionsPerAddress", "1"), ("Proxies__Trusted", "127.0.0.0/8"));
        for (var i = 0; i < 5; i++) await ServedAsync();
    }

    [Fact]
    public async Task ManyLargeBodiesAtOnceTakeLittleMemory()
    {
        const int bodies = 200, size = 256 * 1024;
        await StartAsync(("DOTNET_gcServer", "0"), ("DOTNET_GCgen0size", "0x1000000"));
        var token = await _client.SignInAsync();
        await ExpectServedAsync();
        var before = ResidentMegabytes();
        var start = Encoding.ASCII.GetBytes(Head("/misc/submitFeedback", token, size) + "{\"subject\":\"" + new string('a', size - 100));
        var sockets = await Task.WhenAll(Enumerable.Range(0, bodies).Select(_ => OpenAsync("")));
        await Task.WhenAll(sockets.Select(socket => SendAllAsync(socket, start)));

        // All but the last bytes of each are there.
        var growth = ResidentMegabytes() - before;
        await ExpectServedAsync();
        var rest = Encoding.ASCII.GetBytes(new string('a', 86) + "\"}");
        await Task.WhenAll(sockets.Select(socket => SendAllAsync(socket, rest)));

        // A body is held at most twice while its buffer grows.
        Assert.InRange(growth, -100, 2 * bodies * size / 1024 / 1024 + 64);
        foreach (var socket in sockets) Assert.StartsWith("HTTP/1.1 400", await ReadSomeAsync(socket), StringComparison.Ordinal);
    }

    private static string Head(string route, string token, int length) => string.Create(
        CultureInfo.InvariantCulture, $"POST {route} HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nAuthorization: Bearer {token}\r\nContent-Length: {length}\r\n\r\n");

    private async Task StartAsync(params (string, string)[] settings) =>
        (_process, _client) = await ProductProcess.StartApiAsync(_folder.Path, settings);

    private async Task<Socket> OpenAsync(string start, int receiveBuffer = 64 * 1024)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true, ReceiveBufferSize = receiveBuffer };
        lock (_sockets) _sockets.Add(socket);
        await socket.ConnectAsync(IPAddress.Loopback, _client.Http.BaseAddress!.Port);
        await SendAllAsync(socket, Encoding.ASCII.GetBytes(start));
        return socket;
    }

    // A connection that has been answered on, or an IOException where it is closed instead.
    private async Task<Socket> ServedAsync()
    {
        try
        {
            var socket = await OpenAsync("");
            await SendAllAsync(socket, "GET /alive HTTP/1.1\r\nHost: a\r\n\r\n"u8.ToArray());
            if ((await ReadSomeAsync(socket)).StartsWith("HTTP/1.1 200", StringComparison.Ordinal)) return socket;
        }
        catch (SocketException e)
        {
            throw new IOException("closed", e);
        }

        throw new IOException("closed");
    }

    private async Task ExpectServedAsync()
    {
        using var limit = new CancellationTokenSource(Patience);
        Assert.Equal("Healthy", await _client.Http.GetStringAsync(new Uri("/alive", UriKind.Relative), limit.Token));
    }

    private static async Task SendAllAsync(Socket socket, byte[] bytes)
    {
        using var limit = new CancellationTokenSource(Patience);
        for (ReadOnlyMemory<byte> left = bytes; left.Length > 0;) left = left[await socket.SendAsync(left, limit.Token)..];
    }

    private static async Task<string> ReadSomeAsync(Socket socket)
    {
        using var limit = new CancellationTokenSource(Patience);
        var bytes = new byte[4096];
        return Encoding.ASCII.GetString(bytes, 0, await socket.ReceiveAsync(bytes, limit.Token));
    }

    private static async Task<string> ReadToEndAsync(Socket socket)
    {
        var all = new StringBuilder();
        try
        {
            while (await ReadSomeAsync(socket) is { Length: > 0 } some) all.Append(some);
        }
        catch (SocketException)
        {
            // Reset, with what was not read: an end as well.
        }

        return all.ToString();
    }

    private int ResidentMegabytes() => int.Parse(
        File.ReadAllLines(string.Create(CultureInfo.InvariantCulture, $"/proc/{_process!.Id}/status")).Single(line => line.StartsWith("VmRSS:", StringComparison.Ordinal))
            .Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) / 1024;

    /// <summary>An Api that several facts are tried on: it allows many connections, and each of them little time.</summary>
    public sealed class StrictApi : IAsyncLifetime
    {
        private readonly TextFolder _folder = new();
        private ProductProcess? _process;

        internal ApiClient Client { get; private set; } = null!;

        public async ValueTask InitializeAsync() => (_process, Client) = await ProductProcess.StartApiAsync(
            _folder.Path, ("Server__HeadersTimeout", "00:00:01"), ("Server__LeastBytesPerSecond", "1000000"),
            ("Server__RequestTimeout", "00:05:00"), ("Server__MaxConnectionsPerAddress", "1100"), ("Server__IdleTimeout", "00:10:00"));

        public async ValueTask DisposeAsync()
        {
            Client?.Dispose();
            if (_process is not null) await _process.DisposeAsync();
            _folder.Dispose();
        }
    }
}
