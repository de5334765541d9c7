using System.Globalization;
using System.Net.Http.Headers;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json.Nodes;
using ChaturMail.Core.Privacy;
using ChaturMail.Core.Storage;
using ChaturMail.Core.Storage.Sqlite;
using ChaturMail.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace ChaturMail.Tests.Api;

/// <summary>/user/exportData.</summary>
public sealed class ExportTests
{
    [Fact]
    public async Task AnArchiveHoldsWhatTheUserGaveAndWhatBecameOfIt()
    {
        await using var api = await TestApi.StartAsync();
        var other = await api.Client.SignInAsync("someone.else@example.com");
        await api.Client.GenerateAsync(other);
        var token = await api.Client.SignInAsync("zebra@example.com");
        var email = (await api.Client.GenerateWithKeyAsync(token, "zebra-key")).Text("id");
        await api.Client.PostAsync("/email/updateEmail", new { id = email, generatedEmail = "Edited." }, token);
        await api.Client.PostAsync("/misc/submitFeedback", new { subject = "zebra subject", message = "zebra message" }, token);
        await api.Client.PostAsync("/prompt/savePrompt", new { title = "zebra", guidance = "zebra guidance" }, token);

        using var response = await ExportAsync(api.Client, token);

        Assert.Equal("attachment", response.Content.Headers.ContentDisposition!.DispositionType);
        Assert.Matches(@"^""?chaturmail-export-\d{4}-\d\d-\d\d\.json""?$", response.Content.Headers.ContentDisposition.FileName!);
        var archive = (await ApiAnswer.ReadAsync(response)).Item;
        var contents = api.App.Services.GetServices<IPersonalContent>().Select(content => content.Section);
        Assert.Equal(["exportedOn", .. PersonalData.Sections.Select(section => section.Name), .. contents], archive.Select(section => section.Key));
        Assert.Equal("zebra@example.com", archive["account"]![0]!["email"]!.GetValue<string>());
        Assert.Equal(("Edited.", email), (archive["emails"]![0]!["generatedEmail"]!.GetValue<string>(), archive["emails"]![0]!["id"]!.GetValue<string>()));
        Assert.Equal("zebra message", archive["feedback"]![0]!["message"]!.GetValue<string>());
        Assert.Equal("zebra guidance", archive["ownPrompts"]![0]!["guidance"]!.GetValue<string>());
        Assert.Equal("zebra-key", archive["idempotencyKeys"]![0]!["key"]!.GetValue<string>());
        Assert.Equal("google", archive["sessions"]![0]!["loginMethod"]!.GetValue<string>());
        Assert.DoesNotContain("someone.else", archive.ToJsonString(), StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain(token, archive.ToJsonString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task OnlySoManyExportsAreMadeInAnHour()
    {
        await using var api = await TestApi.StartAsync("RateLimits:ExportsPerUser=2");
        var token = await api.Client.SignInAsync();
        for (var i = 0; i < 2; i++) Assert.Equal(200, (await api.Client.PostAsync("/user/exportData", new { }, token)).HttpStatus);

        var refused = await api.Client.PostAsync("/user/exportData", new { }, token);

        Assert.Equal((429, "too_many_requests"), (refused.HttpStatus, refused.Code));
        Assert.InRange(refused.Headers.RetryAfter!.Delta!.Value, TimeSpan.FromMinutes(25), TimeSpan.FromMinutes(31));
    }

    [Theory]
    [InlineData(0, 500, "internal_error")]
    [InlineData(40, 413, "body_too_large")]
    public async Task AnArchiveThatFailsHalfWayIsAFailureAndNothingElse(int megabytes, int status, string code)
    {
        await using var api = await TestApi.StartAsync(
            services => services.Replace(ServiceDescriptor.Singleton<IPersonalDataStore>(new HalfAnArchive(megabytes))), "Encryption:PrivateKey=" + EncryptedClient.PrivateKey);
        var token = await api.Client.SignInAsync();
        var client = await EncryptedClient.OpenAsync(api.Client);

        // What is encrypted as a whole is held as a whole, and so has a limit; what is not is sent as it is read.
        var encrypted = await client.PostAsync("/user/exportData", new { }, token);
        Assert.Equal((status, code), (encrypted.HttpStatus, encrypted.Code));
        if (megabytes > 0)
        {
            await Assert.ThrowsAnyAsync<HttpRequestException>(() => ExportAsync(api.Client, token));
            return;
        }

        var plain = await api.Client.PostAsync("/user/exportData", new { }, token);
        Assert.Equal((status, code), (plain.HttpStatus, plain.Code));
    }

    [Fact]
    public async Task AHistoryOfFortyMegabytesIsExportedInLittleMemory()
    {
        const int Emails = 4_000;
        using var folder = new TextFolder();
        var (process, client) = await ProductProcess.StartApiAsync(folder.Path, ("DOTNET_gcServer", "0"), ("DOTNET_GCgen0size", "0x400000"));
        await using var _ = process;
        using var __ = client;
        var token = await client.SignInAsync();
        await client.PostAsync("/user/exportData", new { }, token);
        using (var store = new SqliteSession($"Data Source={Path.Combine(folder.Path, "chaturmail.db")};Pooling=False"))
        {
            store.Execute("BEGIN IMMEDIATE");
            store.Execute(
                """
                WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < $1)
                INSERT INTO emails (id, user_id, prompt_id, subject, keywords, text, to_email, coins, created_on)
                SELECT printf('%024x', i), (SELECT uid FROM users), '1', 's', 'k', replace(printf('%.10000c', 'x'), 'x', 'y'), 'm@example.com', 250, i FROM n
                """, Emails);
            store.Execute("COMMIT");
        }

        var before = PeakMegabytes(process.Id);
        using var response = await ExportAsync(client, token, HttpCompletionOption.ResponseHeadersRead);
        await using var body = await response.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken);
        var (buffer, length, ids) = (new byte[65_536], 0L, 0);
        while (await body.ReadAsync(buffer) is > 0 and var read)
        {
            length += read;
            ids += buffer.AsSpan(0, read).Count("\"toEmail\""u8);
        }

        Assert.InRange(length, Emails * 10_000L, Emails * 11_000L);
        // Some stand on the border of two pieces.
        Assert.InRange(ids, Emails - 200, Emails);
        // As texts of .NET, two bytes a character, the whole of it takes 80 MB.
        Assert.InRange(PeakMegabytes(process.Id) - before, 0, 50);
    }

    private static async Task<HttpResponseMessage> ExportAsync(ApiClient client, string token, HttpCompletionOption completion = HttpCompletionOption.ResponseContentRead)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/user/exportData") { Content = new StringContent("{}", Encoding.UTF8, "application/json") };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return await client.Http.SendAsync(request, completion);
    }

    // https://man7.org/linux/man-pages/man5/proc_pid_status.5.html
    private static long PeakMegabytes(int process)
    {
        var line = File.ReadLines($"/proc/{process}/status").First(l => l.StartsWith("VmHWM:", StringComparison.Ordinal));
        return long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[^2], CultureInfo.InvariantCulture) / 1024;
    }

    /// <summary>Has an account and so many megabytes of the next section, and fails then.</summary>
    private sealed class HalfAnArchive(int megabytes) : IPersonalDataStore
    {
        public async IAsyncEnumerable<JsonObject> ReadAsync(PersonalSection section, string uid, [EnumeratorCancellation] CancellationToken cancellation)
        {
            await Task.Yield();
            if (section == PersonalData.Sections[0])
            {
                yield return new JsonObject { ["uid"] = uid };
                yield break;
            }

            for (var i = 0; i < megabytes; i++) yield return new JsonObject { ["text"] = new string('a', 1_000_000) };
            throw new InvalidOperationException("broken");
        }

        public Task<int> DeleteOldAsync(StaleData what, DateTimeOffset before, int limit, CancellationToken cancellation) => Task.FromResult(0);
    }
}
