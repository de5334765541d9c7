using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json;
using ChaturMail.Core.Language.Composer;

namespace ChaturMail.Benchmarks.Fuzz;

/// <summary>What a run may be told.</summary>
/// <param name="Seed">Decides about every request.</param>
internal sealed record FuzzOptions(int Requests, string Seed, int Connections);

/// <summary>Sends the requests over a few connections and judges the answers.</summary>
/// <param name="makeOperator">Makes the user of this uid an operator.</param>
internal sealed class FuzzRun(FuzzOptions options, Uri address, Func<string, Task> makeOperator, TimeProvider time, Action<string> print)
{
    private const int MostPrinted = 20;

    // The longest that a route may take here is what generateEmail waits.
    private static readonly TimeSpan LongestAnswer = TimeSpan.FromSeconds(60);

    private readonly FuzzOptions _options = options;
    private readonly Uri _address = address;
    private readonly Func<string, Task> _makeOperator = makeOperator;
    private readonly TimeProvider _time = time;
    private readonly ConcurrentDictionary<int, int> _statuses = new();
    private int _next;
    private int _serverErrors;
    private int _notEnvelope;
    private int _printed;

    /// <summary>Answers of 5xx.</summary>
    public int ServerErrors => _serverErrors;

    /// <summary>Answers that are not what they must be, missing ones included.</summary>
    public int NotEnvelope => _notEnvelope;

    /// <summary>How many answers of each status came, 0 for none.</summary>
    public string Counts => string.Join(' ', _statuses.OrderBy(count => count.Key).Select(count => $"{count.Key}:{count.Value}"));

    /// <summary>Sends requests up to the number of <paramref name="last"/>.</summary>
    public async Task SendUpToAsync(int last, IReadOnlyList<FuzzRoute> routes, CancellationToken cancellation)
    {
        var lanes = Enumerable.Range(0, _options.Connections).Select(lane => Task.Run(() => new Lane(this, lane).RunAsync(last, routes, cancellation), cancellation));
        await Task.WhenAll(lanes);
    }

    private int? Take(int last)
    {
        while (true)
        {
            var next = Volatile.Read(ref _next);
            if (next >= last) return null;
            if (Interlocked.CompareExchange(ref _next, next + 1, next) == next) return next;
        }
    }

    private void Judge(int number, FuzzRequest request, RawAnswer answer)
    {
        _statuses.AddOrUpdate(answer.Status, 1, (_, count) => count + 1);
        var problem = AnswerCheck.Problem(request, answer);
        if (AnswerCheck.IsServerError(answer)) Interlocked.Increment(ref _serverErrors);
        else if (problem is null) return;
        if (problem is not null) Interlocked.Increment(ref _notEnvelope);
        if (Interlocked.Increment(ref _printed) > MostPrinted) return;
        print(string.Create(CultureInfo.InvariantCulture, $"request {number} ({request.What}) got {answer.Status}, {problem ?? "a server error"}"));
        print("  > " + Shown(request.Bytes));
        print("  < " + Shown(answer.Body));
    }

    private static string Shown(byte[] bytes) => JsonSerializer.Serialize(System.Text.Encoding.Latin1.GetString(bytes.AsSpan(0, Math.Min(bytes.Length, 700))));

    /// <summary>One connection after the other, with a user and an operator of its own.</summary>
    private sealed class Lane(FuzzRun run, int lane)
    {
        private readonly List<string> _ids = ["000000000000000000000000"];
        private RawConnection? _connection;
        private string _user = "";
        private string _operator = "";

        public async Task RunAsync(int last, IReadOnlyList<FuzzRoute> routes, CancellationToken cancellation)
        {
            await SignInAsync(cancellation);
            while (run.Take(last) is { } number)
            {
                var choice = new SeededChoice(SeededChoice.Hash(run._options.Seed, number.ToString(CultureInfo.InvariantCulture)));
                var request = new RequestFuzz(routes, choice, _ids, isOperator => isOperator ? _operator : _user).Next();
                run.Judge(number, request, await SendAsync(request, cancellation));
                // It may have deleted its user or ended its session.
                if (number % 8 == 0 && (await PostAsync("/user/getUserData", "{}", _user, cancellation) is null || await PostAsync("/user/getUserData", "{}", _operator, cancellation) is null))
                    await SignInAsync(cancellation);
            }

            _connection?.Dispose();
        }

        private async Task<RawAnswer> SendAsync(FuzzRequest request, CancellationToken cancellation)
        {
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
            limit.CancelAfter(LongestAnswer);
            if (_connection is not { IsOpen: true })
            {
                _connection?.Dispose();
                _connection = await RawConnection.OpenAsync(run._address, limit.Token);
            }

            try
            {
                var isUsed = _connection.IsUsed;
                var answer = await _connection.SendAsync(request, limit.Token);
                if (answer.Status > 0 || !isUsed) return answer;
                // The server may end a connection between two requests (RFC 9112, section 9.5): what was said on a new one counts.
                _connection.Dispose();
                _connection = await RawConnection.OpenAsync(run._address, limit.Token);
                return await _connection.SendAsync(request, limit.Token);
            }
            catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
            {
                _connection.Dispose();
                _connection = null;
                return RawAnswer.None;
            }
        }

        private async Task SignInAsync(CancellationToken cancellation)
        {
            _user = await TokenAsync("fuzz-" + lane, cancellation);
            _operator = await TokenAsync("fuzz-operator-" + lane, cancellation);
            var account = await PostAsync("/user/getUserData", "{}", _operator, cancellation);
            await run._makeOperator(account?.GetProperty("uid").GetString() ?? "");
            const string leave = """{"subject":"Leave","keywords":"annual leave","promptId":"1","toEmail":"maria@example.com"}""";
            if (await PostAsync("/email/generateEmail", leave, _user, cancellation) is { } email) _ids.Add(email.GetProperty("id").GetString()!);
        }

        private async Task<string> TokenAsync(string name, CancellationToken cancellation)
        {
            var body = JsonSerializer.Serialize(new { email = name + "@example.com", idToken = $"dev:{name}@example.com", loginMethod = "google", fcmToken = "fuzz" });
            // Where a request stands against a limit of sign-ins, a moment later it does not.
            for (var tries = 0; tries < 100; tries++)
            {
                if (await PostAsync("/auth/getJWTToken", body, null, cancellation) is { } item && item.TryGetProperty("token", out var token)) return token.GetString()!;
                await Task.Delay(TimeSpan.FromMilliseconds(100), run._time, cancellation);
            }

            throw new InvalidOperationException("Nobody can sign in any more.");
        }

        // The first item of the answer's payload; null when there is none.
        private async Task<JsonElement?> PostAsync(string path, string body, string? token, CancellationToken cancellation)
        {
            List<string> headers = ["Host: localhost", "Content-Type: application/json"];
            if (token is not null) headers.Add("Authorization: Bearer " + token);
            var request = new FuzzRequest(path, FuzzRequest.Of("POST", path, headers, System.Text.Encoding.UTF8.GetBytes(body)), Expectation.Envelope);
            var answer = await SendAsync(request, cancellation);
            if (answer.Status is not (200 or 202)) return null;
            using var json = JsonDocument.Parse(answer.Body);
            return json.RootElement.GetProperty("payload") is { ValueKind: JsonValueKind.Array } items ? items[0].Clone() : null;
        }
    }
}
