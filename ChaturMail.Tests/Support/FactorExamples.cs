using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace ChaturMail.Tests.Support;

/// <summary>What documented requests about the second factor cannot say in advance: codes and challenges of this run.</summary>
internal sealed partial class FactorExamples(TestApi api)
{
    private readonly Queue<string> _recovery = new();
    private AuthenticatorApp? _app;

    /// <summary>The request with this run's code and challenge in the place of the document's.</summary>
    public async Task<string> FillAsync(string route, string request)
    {
        if (_app is null) return request;
        var body = JsonNode.Parse(request)!.AsObject();
        if (body.ContainsKey("challenge"))
            body["challenge"] = (await api.Client.PostAsync("/auth/getJWTToken", ApiClient.SignInBody("asha.rao@example.com"))).Text("challenge");
        if (body.ContainsKey("code"))
            body["code"] = route switch
            {
                "/auth/confirmTotp" => _app.Show(),
                // The code of the step after: the one before is used up.
                "/auth/confirmChallenge" => _app.Show(1),
                _ when _recovery.TryDequeue(out var code) => code,
                _ => body["code"]!.GetValue<string>(),
            };
        return body.ToJsonString();
    }

    /// <summary>Takes from an answer what later requests need.</summary>
    public async Task NoteAsync(string route, ApiAnswer answer, string? token)
    {
        if (route == "/auth/enrolTotp") _app = new AuthenticatorApp(answer.Text("secret"), TimeProvider.System);
        if (route is "/auth/confirmTotp" or "/auth/renewRecoveryCodes")
        {
            _recovery.Clear();
            foreach (var code in answer.Item["recoveryCodes"]!.AsArray()) _recovery.Enqueue(code!.GetValue<string>());
        }

        if (route != "/auth/enableEmailFactor") return;
        var folder = new DirectoryInfo(Path.Combine(api.DataFolder, "mail"));
        var emailCode = "";
        await Eventually.TrueAsync(async () =>
        {
            foreach (var mail in folder.Exists ? folder.GetFiles("*.eml") : [])
                if (Code().Match(await File.ReadAllTextAsync(mail.FullName)) is { Success: true } code) emailCode = code.Groups[1].Value;
            return emailCode.Length > 0;
        });
        var enabled = await api.Client.PostAsync(route, JsonSerializer.Serialize(new { emailCode }), token);
        Assert.Equal(1, enabled.Status);
    }

    [GeneratedRegex(@"(\d{6}) is your code to get your sign-in codes")]
    private static partial Regex Code();
}
