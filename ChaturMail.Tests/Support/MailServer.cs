using System.Diagnostics;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using System.Threading.Channels;

namespace ChaturMail.Tests.Support;

/// <summary>
/// A real SMTP server on a port of its own (npm's smtp-server), which keeps what it is sent and answers as the test says. Skips the test
/// where <see cref="NodeTools"/> has no folder.
/// </summary>
internal sealed class MailServer : IAsyncDisposable
{
    // One line of JSON for each thing that happens; one line on standard input for each thing that it shall do.
    private const string Program =
        """
        import { SMTPServer } from 'smtp-server';
        import { createInterface } from 'node:readline';
        const settings = JSON.parse(process.argv.at(-1));
        const say = event => process.stdout.write(JSON.stringify(event) + '\n');
        const answers = [];
        let held = settings.silent ? [] : null;
        const refusal = code => Object.assign(new Error('scripted for somebody@example.com'), { responseCode: code });
        const server = new SMTPServer({
          authOptional: !settings.user, allowInsecureAuth: true, disableReverseLookup: true, logger: false, closeTimeout: 100,
          key: settings.key, cert: settings.cert, disabledCommands: settings.cert ? [] : ['STARTTLS'],
          onAuth(auth, session, done) {
            const good = auth.username === settings.user && auth.password === settings.password;
            if (!good) say({ event: 'refused', code: 535 });
            done(good ? null : refusal(535), { user: auth.username });
          },
          onRcptTo(address, session, done) {
            const code = answers.shift() ?? 250;
            if (code === 250) return done();
            say({ event: 'refused', code });
            done(refusal(code));
          },
          onData(stream, session, done) {
            const parts = [];
            stream.on('data', part => parts.push(part));
            stream.on('end', () => {
              say({
                event: 'mail', from: session.envelope.mailFrom.address, to: session.envelope.rcptTo.map(to => to.address),
                user: session.user ?? null, secure: session.secure, raw: Buffer.concat(parts).toString('utf8'),
              });
              held ? held.push(done) : done();
            });
          },
        });
        server.on('error', () => {});
        server.listen(settings.port, '127.0.0.1', () => say({ event: 'listening', port: server.server.address().port }));
        createInterface({ input: process.stdin }).on('line', line => { answers.push(...JSON.parse(line)); say({ event: 'scripted' }); })
          .on('close', () => process.exit());
        """;

    private readonly Process _process;
    private readonly Channel<ReceivedMail> _mails = Channel.CreateUnbounded<ReceivedMail>();
    private readonly Channel<int> _refusals = Channel.CreateUnbounded<int>();
    private readonly Channel<bool> _scripted = Channel.CreateUnbounded<bool>();
    private readonly TaskCompletionSource<int> _port = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Task _reading;

    private MailServer(Process process)
    {
        _process = process;
        process.ErrorDataReceived += (_, line) => _ = line.Data is { } text && _port.TrySetException(new InvalidOperationException(text));
        process.BeginErrorReadLine();
        _reading = ReadAsync();
    }

    public int Port { get; private set; }

    /// <summary>What makes an Api send its mail here.</summary>
    public string[] Settings => ["Mail:Host=127.0.0.1", $"Mail:Port={Port}", "Mail:Security=None", "Mail:From=no-reply@chaturmail.example"];

    /// <param name="user">Who must sign in; null when nobody needs to.</param>
    /// <param name="certificate">Private key and certificate in PEM; with them STARTTLS is offered.</param>
    /// <param name="silent">True when it never answers to a mail that it was sent.</param>
    /// <param name="port">A port, or 0 for a free one.</param>
    public static async Task<MailServer> StartAsync(
        (string Name, string Password)? user = null, (string Key, string Certificate)? certificate = null, bool silent = false, int port = 0)
    {
        var settings = new JsonObject
        {
            ["port"] = port,
            ["user"] = user?.Name,
            ["password"] = user?.Password,
            ["key"] = certificate?.Key,
            ["cert"] = certificate?.Certificate,
            ["silent"] = silent,
        };
        if (certificate is null)
        {
            settings.Remove("key");
            settings.Remove("cert");
        }

        var server = new MailServer(NodeTools.Start(Program, settings.ToJsonString()));
        server.Port = await server._port.Task.WaitAsync(TimeSpan.FromSeconds(30));
        return server;
    }

    /// <summary>The next recipients are answered so, e.g. 451 then 250; after them 250.</summary>
    public async Task AnswerAsync(params int[] codes)
    {
        await _process.StandardInput.WriteLineAsync(JsonSerializer.Serialize(codes));
        await _process.StandardInput.FlushAsync();
        await _scripted.Reader.ReadAsync(Soon());
    }

    /// <summary>The next mail that came; waits for it.</summary>
    public Task<ReceivedMail> NextAsync() => _mails.Reader.ReadAsync(Soon()).AsTask();

    /// <summary>The code of the next refusal; waits for it.</summary>
    public Task<int> NextRefusalAsync() => _refusals.Reader.ReadAsync(Soon()).AsTask();

    /// <summary>True when a mail came that nobody asked <see cref="NextAsync"/> for.</summary>
    public bool HasMore => _mails.Reader.TryPeek(out _);

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited) _process.Kill();
        await _process.WaitForExitAsync();
        await _reading;
        _process.Dispose();
    }

    private static CancellationToken Soon() => new CancellationTokenSource(TimeSpan.FromSeconds(30)).Token;

    private async Task ReadAsync()
    {
        while (await _process.StandardOutput.ReadLineAsync() is { } line)
        {
            var said = JsonNode.Parse(line)!;
            switch (said["event"]!.GetValue<string>())
            {
                case "listening": _port.TrySetResult(said["port"]!.GetValue<int>()); break;
                case "refused": _refusals.Writer.TryWrite(said["code"]!.GetValue<int>()); break;
                case "scripted": _scripted.Writer.TryWrite(true); break;
                default: _mails.Writer.TryWrite(ReceivedMail.Read(said)); break;
            }
        }
    }
}

/// <summary>A mail as the server was sent it.</summary>
/// <param name="From">Sender of the envelope.</param>
/// <param name="To">Recipients of the envelope.</param>
/// <param name="User">Who signed in, or null.</param>
/// <param name="Secure">True when it came encrypted.</param>
/// <param name="Headers">As they came, lines unfolded.</param>
/// <param name="Text">The body, decoded.</param>
internal sealed partial record ReceivedMail(string From, IReadOnlyList<string> To, string? User, bool Secure, string Headers, string Text)
{
    public string Subject => Header("Subject");

    /// <summary>The only six digits in the text.</summary>
    public string Code => Assert.Single(SixDigits().Matches(Text)).Value;

    public string Header(string name) => Regex.Match(Headers, $"(?mi)^{Regex.Escape(name)}: (.*)$").Groups[1].Value;

    public static ReceivedMail Read(JsonNode said)
    {
        var raw = said["raw"]!.GetValue<string>().ReplaceLineEndings("\n");
        var end = raw.IndexOf("\n\n", StringComparison.Ordinal);
        var headers = Folded().Replace(raw[..end], " ");
        var text = raw[(end + 2)..];
        if (headers.Contains("Content-Transfer-Encoding: base64", StringComparison.OrdinalIgnoreCase))
            text = Encoding.UTF8.GetString(Convert.FromBase64String(text)).ReplaceLineEndings("\n");
        return new ReceivedMail(
            said["from"]!.GetValue<string>(), [.. said["to"]!.AsArray().Select(to => to!.GetValue<string>())], said["user"]?.GetValue<string>(),
            said["secure"]!.GetValue<bool>(), headers, text);
    }

    [GeneratedRegex(@"(?<!\d)\d{6}(?!\d)")]
    private static partial Regex SixDigits();

    [GeneratedRegex(@"\n[ \t]+")]
    private static partial Regex Folded();
}
