using System.Net;
using System.Net.Http.Headers;

namespace ChaturMail.Tests.Support;

/// <summary>Small pictures of each kind, all of which hold where they were taken and more that nobody is to see.</summary>
internal static class Pictures
{
    /// <summary>Stands in everything of them that is to go.</summary>
    public static ReadOnlySpan<byte> Hidden => "HIDDEN-PLACE"u8;

    public static byte[] Read(string name) => File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "Data", "images", name));

    /// <summary>Announces and uploads a picture as a client does, without finishing it; gives its id.</summary>
    public static async Task<string> UploadAsync(ApiClient client, string token, byte[] bytes, string purpose = "message", string contentType = "image/jpeg")
    {
        var created = await client.PostAsync("/attachment/createUpload", new { fileName = "Holiday.heic", contentType, bytes = bytes.Length, purpose }, token);
        Assert.Equal((1, created.Code), (created.Status, null));
        Assert.Equal(HttpStatusCode.OK, await PutAsync(client, created.Text("uploadUrl"), bytes, contentType));
        return created.Text("id");
    }

    /// <summary>Uploads and finishes a picture; gives its id.</summary>
    public static async Task<string> AddAsync(ApiClient client, string token, string name = "photo.jpg", string purpose = "message")
    {
        var id = await UploadAsync(client, token, Read(name), purpose);
        Assert.Equal(1, (await client.PostAsync("/attachment/finishUpload", new { id }, token)).Status);
        return id;
    }

    public static async Task<HttpStatusCode> PutAsync(ApiClient client, string address, byte[] bytes, string contentType)
    {
        using var content = new ByteArrayContent(bytes) { Headers = { ContentType = new MediaTypeHeaderValue(contentType) } };
        using var answer = await client.Http.PutAsync(new Uri(address, UriKind.RelativeOrAbsolute), content);
        return answer.StatusCode;
    }
}
