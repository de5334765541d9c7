using System.Diagnostics;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;

[assembly: AssemblyFixture(typeof(ChaturMail.Tests.Support.FirebaseEmulator))]

namespace ChaturMail.Tests.Support;

/// <summary>
/// The Firebase Auth emulator that <c>CHATURMAIL_TEST_FIREBASE</c> names: host and port of one that runs, or the folder in which npm has
/// installed firebase-tools; then one is started for the whole run, when the first test asks for it. Without it the tests are skipped.
/// One for all, because FirebaseAdmin knows a single emulator for the process. Tests share its users and so make users of their own.
/// </summary>
public sealed class FirebaseEmulator : IAsyncDisposable
{
    public const string Variable = "CHATURMAIL_TEST_FIREBASE";

    private readonly HttpClient _http = new() { Timeout = TimeSpan.FromSeconds(60) };
    private readonly Lazy<Task<string>> _host;
    private readonly TextFolder _folder = new();
    private Process? _process;

    public FirebaseEmulator() => _host = new Lazy<Task<string>>(() => FindOrStartAsync());

    /// <summary>Host and port. Skips the test where there is no emulator.</summary>
    public Task<string> HostAsync()
    {
        Assert.SkipWhen(
            string.IsNullOrEmpty(Environment.GetEnvironmentVariable(Variable)),
            $"{Variable} names neither a running Firebase Auth emulator nor a folder with firebase-tools");
        return _host.Value;
    }

    /// <summary>Makes a user with an address of their own and gives their ID token.</summary>
    public async Task<(string Uid, string Email, string IdToken)> SignUpAsync()
    {
        var email = $"user-{Guid.NewGuid():N}@example.com";
        var answer = await CallAsync("accounts:signUp?key=any", new JsonObject
        {
            ["email"] = email,
            ["password"] = "secret12",
            ["displayName"] = "Asha Rao",
            ["returnSecureToken"] = true,
        });
        // The first token of a sign-up lacks the name, as with Firebase itself; a sign-in's has it.
        var signIn = await CallAsync(
            "accounts:signInWithPassword?key=any", new JsonObject { ["email"] = email, ["password"] = "secret12", ["returnSecureToken"] = true });
        return (answer["localId"]!.GetValue<string>(), email, signIn["idToken"]!.GetValue<string>());
    }

    /// <summary>Changes a user as an administrator of the project does.</summary>
    public Task UpdateAsync(string uid, string field, JsonNode value) => CallAsync(
        $"projects/{TestTokens.Project}/accounts:update", new JsonObject { ["localId"] = uid, [field] = value });

    /// <summary>True while the emulator has the user.</summary>
    public async Task<bool> KnowsAsync(string uid) =>
        (await CallAsync($"projects/{TestTokens.Project}/accounts:lookup", new JsonObject { ["localId"] = new JsonArray(uid) })).ContainsKey("users");

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        if (_process is { HasExited: false })
        {
            _process.Kill(entireProcessTree: true);
            await _process.WaitForExitAsync();
        }

        _process?.Dispose();
        _folder.Dispose();
    }

    /// <summary>The kinds and codes of the mails that Firebase would have sent to an address, the oldest first.</summary>
    public async Task<IReadOnlyList<(string Kind, string Code)>> MailsAsync(string email)
    {
        using var response = await _http.GetAsync(new Uri($"http://{await HostAsync()}/emulator/v1/projects/{TestTokens.Project}/oobCodes"));
        return [.. JsonNode.Parse(await response.Content.ReadAsStringAsync())!["oobCodes"]!.AsArray()
            .Where(mail => mail!["email"]!.GetValue<string>() == email)
            .Select(mail => (mail!["requestType"]!.GetValue<string>(), mail["oobCode"]!.GetValue<string>()))];
    }

    /// <summary>Opens the link of a verification mail, as its reader does.</summary>
    public async Task OpenVerificationAsync(string code)
    {
        using var page = await _http.GetAsync(new Uri($"http://{await HostAsync()}/emulator/action?mode=verifyEmail&lang=en&apiKey=any&oobCode={code}"));
        Assert.True(page.IsSuccessStatusCode, await page.Content.ReadAsStringAsync());
    }

    /// <summary>Calls the Identity Toolkit as an app or as an administrator of the project does.</summary>
    public async Task<JsonObject> CallAsync(string method, JsonObject body)
    {
        using var request = new HttpRequestMessage(
            HttpMethod.Post, $"http://{await HostAsync()}/identitytoolkit.googleapis.com/v1/{method}");
        request.Content = new StringContent(body.ToJsonString(), Encoding.UTF8, "application/json");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", "owner");
        using var response = await _http.SendAsync(request);
        var text = await response.Content.ReadAsStringAsync();
        Assert.True(response.IsSuccessStatusCode, text);
        return JsonNode.Parse(text)!.AsObject();
    }

    private async Task<string> FindOrStartAsync()
    {
        var named = Environment.GetEnvironmentVariable(Variable)!;
        if (!Directory.Exists(named)) return named;
        var host = $"127.0.0.1:{Start(Path.Combine(named, "node_modules", "firebase-tools", "lib", "bin", "firebase.js"))}";
        await Eventually.TrueAsync(
            async () =>
            {
                Assert.False(_process!.HasExited, "the emulator has ended");
                try
                {
                    using var answer = await _http.GetAsync(new Uri($"http://{host}/"));
                    return answer.IsSuccessStatusCode;
                }
                catch (HttpRequestException)
                {
                    return false;
                }
            }, TimeSpan.FromMinutes(2));
        return host;
    }

    private int Start(string program)
    {
        var (auth, hub, logging) = (ProductProcess.FreePort(), ProductProcess.FreePort(), ProductProcess.FreePort());
        JsonObject On(int port) => new() { ["host"] = "127.0.0.1", ["port"] = port };
        _folder.Write("firebase.json", new JsonObject
        {
            ["emulators"] = new JsonObject
            {
                ["auth"] = On(auth),
                ["hub"] = On(hub),
                ["logging"] = On(logging),
                ["ui"] = new JsonObject { ["enabled"] = false },
            },
        }.ToJsonString());
        var start = new ProcessStartInfo("node") { WorkingDirectory = _folder.Path, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var argument in new[] { program, "emulators:start", "--only", "auth", "--project", TestTokens.Project }) start.ArgumentList.Add(argument);
        // It asks no questions, and keeps what it remembers in the test's folder.
        start.Environment["CI"] = "true";
        start.Environment["XDG_CONFIG_HOME"] = _folder.Path;
        _process = Process.Start(start)!;
        // Read, or it would stop at a full pipe.
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
        return auth;
    }
}
