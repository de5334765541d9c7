using System.Net;
using ChaturMail.Tests.Support;

namespace ChaturMail.Tests.Api;

/// <summary>The same on a real S3-compatible server, which clients write to and read from without the Api.</summary>
public sealed class AttachmentS3Tests
{
    [Fact]
    public async Task APictureGoesToTheObjectStoreAndComesFromThereAndGoesWithTheAccount()
    {
        await using var server = await ObjectServer.StartAsync();
        await using var api = await TestApi.StartAsync(server.Settings);
        var token = await api.Client.SignInAsync();

        var id = await Pictures.AddAsync(api.Client, token);

        // Of the upload nothing is left.
        Assert.Equal(["images/" + id], server.Keys);
        var address = (await api.Client.PostAsync("/attachment/getUrl", new { id }, token)).Text("url");
        Assert.StartsWith(server.Options.Endpoint + "/attachments/images/", address, StringComparison.Ordinal);
        using var shown = await api.Client.Http.GetAsync(new Uri(address));
        Assert.Equal("image/jpeg", shown.Content.Headers.ContentType?.ToString());
        Assert.Equal(-1, (await shown.Content.ReadAsByteArrayAsync()).AsSpan().IndexOf(Pictures.Hidden));
        Assert.False(Directory.Exists(Path.Combine(api.DataFolder, "attachments")));

        await api.Client.PostAsync("/user/deleteUser", new { }, token);
        Assert.Empty(server.Keys);
    }

    [Fact]
    public async Task TheWebAppMayTalkToTheObjectStore()
    {
        await using var api = await TestApi.StartAsync(
            "Attachments:Bucket=pictures", "Attachments:AccessKey=a", "Attachments:SecretKey=b", "Attachments:PublicEndpoint=https://files.example", "Attachments:PathStyle=true");
        using var page = await api.Client.Http.GetAsync(new Uri("/", UriKind.Relative));
        var policy = page.Headers.GetValues("Content-Security-Policy").Single();
        Assert.Contains("img-src 'self' data: https://files.example;", policy, StringComparison.Ordinal);
        Assert.Contains("connect-src 'self' https://files.example;", policy, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AStoreThatIsAwayIsToldAndItsSecretIsNot()
    {
        const string secret = "very-secret-key";
        await using var api = await TestApi.StartAsync(
            "Attachments:Bucket=pictures", "Attachments:AccessKey=a", "Attachments:SecretKey=" + secret, "Attachments:Endpoint=http://127.0.0.1:9", "Attachments:PathStyle=true");
        var token = await api.Client.SignInAsync();
        var created = await api.Client.PostAsync("/attachment/createUpload", new { contentType = "image/png", bytes = 100, purpose = "message" }, token);

        var answer = await api.Client.PostAsync("/attachment/finishUpload", new { id = created.Text("id") }, token);

        Assert.Equal((503, "files_unavailable"), (answer.HttpStatus, answer.Code));
        Assert.NotNull(answer.Headers.RetryAfter);
        Assert.DoesNotContain(api.Log.Lines, line => line.Contains(secret, StringComparison.Ordinal) || line.Contains("X-Amz", StringComparison.Ordinal));
        // The account goes all the same, and what is left is tried again.
        Assert.Equal((int)HttpStatusCode.OK, (await api.Client.PostAsync("/user/deleteUser", new { }, token)).HttpStatus);
    }
}
