using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace ChaturMail.Tests.Support;

/// <summary>
/// An SMTP server of our own that answers to each command as the test says, drops the connection, or says nothing: what a real one cannot be told to do. Keeps what it
/// was sent.
/// </summary>
internal sealed class ScriptedSmtpServer : IAsyncDisposable
{
    /// <summary>An answer that ends the connection.</summary>
    public const string Drop = "drop";

    /// <summary>An answer that never comes.</summary>
    public const string Silence = "silence";

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly Dictionary<string, string> _answers;
    private readonly ConcurrentQueue<string> _lines = new();
    private readonly ConcurrentQueue<string> _mails = new();
    private readonly List<Task> _connections = [];
    private readonly Task _accepting;

    /// <param name="answers">By command (<c>EHLO</c>, <c>MAIL</c> … , <c>.</c> for the end of a mail, empty for the greeting), lines ended by CRLF.</param>
    public ScriptedSmtpServer(params (string Command, string Answer)[] answers)
    {
        _answers = new Dictionary<string, string>
        {
            [""] = "220 here",
            ["EHLO"] = "250-here\r\n250 8BITMIME",
            ["MAIL"] = "250 2.1.0 ok",
            ["RCPT"] = "250 2.1.5 ok",
            ["DATA"] = "354 go on",
            ["."] = "250 2.0.0 taken",
            ["QUIT"] = Drop,
        };
        foreach (var (command, answer) in answers) _answers[command] = answer;
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>Every command that came.</summary>
    public IReadOnlyList<string> Commands => [.. _lines];

    /// <summary>Every mail that came to its dot, as it came over the wire.</summary>
    public IReadOnlyList<string> Mails => [.. _mails];

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Dispose();
        await _accepting;
        await Task.WhenAll(_connections);
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true) _connections.Add(TalkAsync(await _listener.AcceptTcpClientAsync(_stop.Token)));
        }
        // The last: the listener was stopped between two connections.
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException or InvalidOperationException)
        {
        }
    }

    private async Task TalkAsync(TcpClient client)
    {
        using (client)
        {
            try
            {
                using var reader = new StreamReader(client.GetStream(), Encoding.UTF8);
                var command = "";
                while (await AnswerAsync(client.GetStream(), command))
                {
                    if (command == "DATA" && await ReadMailAsync(reader) is { } mail)
                    {
                        _mails.Enqueue(mail);
                        command = ".";
                        continue;
                    }

                    if (await reader.ReadLineAsync(_stop.Token) is not { } line) return;
                    _lines.Enqueue(line);
                    command = line.Split(' ')[0].ToUpperInvariant();
                }
            }
            catch (Exception e) when (e is IOException or OperationCanceledException or SocketException)
            {
            }
        }
    }

    private async Task<string?> ReadMailAsync(StreamReader reader)
    {
        var mail = new StringBuilder();
        while (await reader.ReadLineAsync(_stop.Token) is { } line)
        {
            if (line == ".") return mail.ToString();
            mail.Append(line).Append("\r\n");
        }

        throw new IOException("It was taken back.");
    }

    private async Task<bool> AnswerAsync(NetworkStream stream, string command)
    {
        var answer = _answers.GetValueOrDefault(command, "500 what");
        if (answer == Drop) return false;
        if (answer == Silence) await Task.Delay(Timeout.Infinite, _stop.Token);
        await stream.WriteAsync(Encoding.UTF8.GetBytes(answer + "\r\n"), _stop.Token);
        return true;
    }
}
