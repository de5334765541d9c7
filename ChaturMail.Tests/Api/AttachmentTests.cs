using System.Net;
using ChaturMail.Tests.Support;

namespace ChaturMail.Tests.Api;

/// <summary>Pictures, from their announcement to their end, as a client sees them.</summary>
public sealed class AttachmentTests(SignedInApiTests.OneApi one) : SignedInApiTests(one)
{
    [Fact]
    public async Task APictureIsUploadedCheckedAndShownWithoutWhereItWasTaken()
    {
        var id = await Pictures.UploadAsync(Client, Token, Pictures.Read("photo.jpg"), contentType: "image/png");
        Assert.Equal("attachment_not_found", (await Client.PostAsync("/attachment/getUrl", new { id }, Token)).Code);

        var finished = await Client.PostAsync("/attachment/finishUpload", new { id }, Token);
        var again = await Client.PostAsync("/attachment/finishUpload", new { id }, Token);

        // What it is by its bytes, whatever was announced; turned as it is shown.
        Assert.Equal(("Holiday.jpg", "image/jpeg", 32L, 48L), (finished.Text("fileName"), finished.Text("contentType"), finished.Number("width"), finished.Number("height")));
        Assert.Equal(finished.Item.ToJsonString(), again.Item.ToJsonString());
        using var shown = await Client.Http.GetAsync(new Uri((await Client.PostAsync("/attachment/getUrl", new { id }, Token)).Text("url"), UriKind.Relative));
        var bytes = await shown.Content.ReadAsByteArrayAsync();
        Assert.Equal(("image/jpeg", finished.Number("bytes")), (shown.Content.Headers.ContentType?.ToString(), bytes.LongLength));
        Assert.Equal(-1, bytes.AsSpan().IndexOf(Pictures.Hidden));
        Assert.Equal(id, (await Client.PostAsync("/attachment/getUploads", new { }, Token)).Text("id"));

        Assert.Equal(1, (await Client.PostAsync("/attachment/deleteUpload", new { id }, Token)).Status);
        Assert.Null((await Client.PostAsync("/attachment/getUploads", new { }, Token)).Payload);
        using var gone = await Client.Http.GetAsync(shown.RequestMessage!.RequestUri);
        Assert.Equal(HttpStatusCode.NotFound, gone.StatusCode);
    }

    [Fact]
    public async Task WhatIsNoPictureIsRefusedAndGone()
    {
        var id = await Pictures.UploadAsync(Client, Token, "<svg onload='alert(1)'/>"u8.ToArray());
        Assert.Equal((400, "unsupported_image"), await CodeAsync("/attachment/finishUpload", new { id }));
        Assert.Equal((404, "attachment_not_found"), await CodeAsync("/attachment/finishUpload", new { id }));
        Assert.DoesNotContain(Directory.GetFiles(Path.Combine(Api.DataFolder, "attachments"), id, SearchOption.AllDirectories), File.Exists);
    }

    [Fact]
    public async Task WhatHasNotComeIsNotFinished()
    {
        var created = await Client.PostAsync("/attachment/createUpload", new { contentType = "image/gif", bytes = 100, purpose = "email" }, Token);
        Assert.Equal((409, "upload_incomplete"), await CodeAsync("/attachment/finishUpload", new { id = created.Text("id") }));
        // No bytes but those that were announced.
        Assert.Equal(HttpStatusCode.Forbidden, await Pictures.PutAsync(Client, created.Text("uploadUrl"), new byte[99], "image/gif"));
        Assert.Equal(HttpStatusCode.Forbidden, await Pictures.PutAsync(Client, created.Text("uploadUrl"), new byte[100], "text/html"));
        Assert.Equal((409, "upload_incomplete"), await CodeAsync("/attachment/finishUpload", new { id = created.Text("id") }));
    }

    [Theory]
    [InlineData("contentType", """{"contentType":"image/svg+xml","bytes":100,"purpose":"message"}""")]
    [InlineData("contentType", """{"bytes":100,"purpose":"message"}""")]
    [InlineData("bytes", """{"contentType":"image/png","bytes":0,"purpose":"message"}""")]
    [InlineData("bytes", """{"contentType":"image/png","bytes":10485761,"purpose":"message"}""")]
    [InlineData("bytes", """{"contentType":"image/png","bytes":2097153,"purpose":"avatar"}""")]
    [InlineData("bytes", """{"contentType":"image/png","purpose":"message"}""")]
    [InlineData("purpose", """{"contentType":"image/png","bytes":100}""")]
    [InlineData("purpose", """{"contentType":"image/png","bytes":100,"purpose":"world domination"}""")]
    [InlineData("fileName", """{"fileName":"../../etc/passwd","contentType":"image/png","bytes":100,"purpose":"message"}""")]
    public async Task AFieldThatCannotBeIsNamed(string field, string body)
    {
        var answer = await Client.PostAsync("/attachment/createUpload", body, Token);
        Assert.Equal((400, "invalid_field"), (answer.HttpStatus, answer.Code));
        Assert.Contains($"'{field}'", answer.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task OfAHugeBodyNothingIsTaken()
    {
        var created = await Client.PostAsync("/attachment/createUpload", new { contentType = "image/png", bytes = 400_000, purpose = "message" }, Token);
        // More than other requests may send, as it was announced.
        Assert.Equal(HttpStatusCode.OK, await Pictures.PutAsync(Client, created.Text("uploadUrl"), new byte[400_000], "image/png"));
        Assert.Equal((400, "unsupported_image"), await CodeAsync("/attachment/finishUpload", new { id = created.Text("id") }));
    }

    [Fact]
    public async Task NoMoreUploadsAreUnfinishedThanMayBe()
    {
        var answers = await Task.WhenAll(Enumerable.Range(0, 25).Select(_ =>
            Client.PostAsync("/attachment/createUpload", new { contentType = "image/png", bytes = 100, purpose = "message" }, Token)));
        Assert.Equal(20, answers.Count(answer => answer.Status == 1));
        Assert.All(answers.Where(answer => answer.Status == 0), answer => Assert.Equal((409, "too_many_uploads"), (answer.HttpStatus, answer.Code)));
    }

    [Fact]
    public async Task AnotherApiOnTheSameFolderTakesTheSameAddresses()
    {
        await using var other = await TestApi.StartAsync("DATA_DIR=" + Api.DataFolder);
        var created = await Client.PostAsync("/attachment/createUpload", new { contentType = "image/jpeg", bytes = Pictures.Read("photo.jpg").Length, purpose = "message" }, Token);
        var id = created.Text("id");
        Assert.Equal(HttpStatusCode.OK, await Pictures.PutAsync(other.Client, created.Text("uploadUrl"), Pictures.Read("photo.jpg"), "image/jpeg"));
        Assert.Equal(1, (await other.Client.PostAsync("/attachment/finishUpload", new { id }, Token)).Status);
        var address = (await Client.PostAsync("/attachment/getUrl", new { id }, Token)).Text("url");
        Assert.NotEmpty(await other.Client.Http.GetByteArrayAsync(new Uri(address, UriKind.Relative)));
    }

    [Fact]
    public async Task WithTheAccountItsPicturesGo()
    {
        var email = "leaving." + Email;
        var token = await Client.SignInAsync(email);
        var id = await Pictures.AddAsync(Client, token);
        var archive = await Client.PostAsync("/user/exportData", new { }, token);
        Assert.Equal(id, archive.Item["attachments"]![0]!["id"]!.GetValue<string>());

        Assert.Equal(1, (await Client.PostAsync("/user/deleteUser", new { }, token)).Status);

        Assert.Empty(Directory.GetFiles(Path.Combine(Api.DataFolder, "attachments"), id + "*", SearchOption.AllDirectories));
    }

    [Fact]
    public async Task OtherOriginsMayWriteWhereTheyMayAsk()
    {
        using var request = new HttpRequestMessage(HttpMethod.Options, "/files/uploads/0123456789abcdef01234567");
        request.Headers.Add("Origin", "https://app.example");
        request.Headers.Add("Access-Control-Request-Method", "PUT");
        request.Headers.Add("Access-Control-Request-Headers", "content-type");
        using var answer = await Client.Http.SendAsync(request);
        Assert.Contains("PUT", answer.Headers.GetValues("Access-Control-Allow-Methods").Single(), StringComparison.Ordinal);
        Assert.Equal("*", answer.Headers.GetValues("Access-Control-Allow-Origin").Single());
    }

    private async Task<(int, string?)> CodeAsync(string route, object body)
    {
        var answer = await Client.PostAsync(route, body, Token);
        return (answer.HttpStatus, answer.Code);
    }
}
