namespace ChaturMail.Tests.Support;

/// <summary>What documented requests about attachments cannot say in advance: the ids of this run, and the bytes that go beside the API.</summary>
internal sealed class AttachmentExamples(TestApi api)
{
    // The ids that stand in the document for the picture that its own example uploads, and for an avatar.
    private const string ExampleId = "6b018b08c371b1bcac510711", ExampleAvatarId = "6b018b08c371b1bcac510712";

    // And for the user's own uid.
    private const string ExampleUid = "dev-4c19a7e03b5d8f62d1e07a9c35b8";

    private string? _id;

    /// <summary>The request with this run's ids in the place of the document's.</summary>
    public async Task<string> FillAsync(string request, string? token)
    {
        if (request.Contains(ExampleAvatarId, StringComparison.Ordinal))
            request = request.Replace(ExampleAvatarId, await Pictures.AddAsync(api.Client, token!, purpose: "avatar"), StringComparison.Ordinal);
        if (request.Contains(ExampleUid, StringComparison.Ordinal))
            request = request.Replace(ExampleUid, (await api.Client.PostAsync("/user/getUserData", new { }, token)).Text("uid"), StringComparison.Ordinal);
        return request.Replace(ExampleId, _id, StringComparison.Ordinal);
    }

    /// <summary>Uploads what an example has announced.</summary>
    public async Task NoteAsync(string route, ApiAnswer answer)
    {
        if (route != "/attachment/createUpload") return;
        _id = answer.Text("id");
        Assert.Equal(System.Net.HttpStatusCode.OK, await Pictures.PutAsync(api.Client, answer.Text("uploadUrl"), Pictures.Read("photo.jpg"), "image/jpeg"));
    }
}
