using ChaturMail.Core.Attachments;
using ChaturMail.Core.Attachments.S3;
using ChaturMail.Tests.Support;

namespace ChaturMail.Tests.Unit.Attachments;

/// <summary>
/// The examples that AWS publishes with their signatures: https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html and
/// https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html.
/// </summary>
public sealed class S3SignatureTests
{
    private const string Host = "https://examplebucket.s3.amazonaws.com";
    private const string NoPayload = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

    private static readonly S3Credentials Credentials = new("AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", "us-east-1");
    private static readonly DateTimeOffset Then = new(2013, 5, 24, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public void ASignedAddressIsTheOneThatAwsPublishes() => Assert.Equal(
        Host + "/test.txt?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20130524%2Fus-east-1%2Fs3%2Faws4_request"
        + "&X-Amz-Date=20130524T000000Z&X-Amz-Expires=86400&X-Amz-SignedHeaders=host"
        + "&X-Amz-Signature=aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404",
        S3Signature.Presign(HttpMethod.Get, new Uri(Host + "/test.txt"), Credentials, Then, TimeSpan.FromDays(1), [], []));

    [Theory]
    [InlineData("GET", "/test.txt", NoPayload, "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41", "range", "bytes=0-9")]
    [InlineData(
        "PUT", "/test%24file.text", "44ce7dd67c959e0d3524ffac1771dfbba87d2b6b4b4e99e42034a8b803f8b072",
        "98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd", "date", "Fri, 24 May 2013 00:00:00 GMT", "x-amz-storage-class", "REDUCED_REDUNDANCY")]
    [InlineData("GET", "/?lifecycle", NoPayload, "fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543")]
    [InlineData("GET", "/?max-keys=2&prefix=J", NoPayload, "34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7")]
    public void ASignedRequestIsTheOneThatAwsPublishes(string method, string path, string payload, string signature, params string[] headers)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), Host + path);
        S3Signature.Sign(request, payload, Credentials, Then, [.. headers.Chunk(2).Select(pair => (pair[0], pair[1]))]);
        Assert.EndsWith("Signature=" + signature, request.Headers.GetValues("Authorization").Single(), StringComparison.Ordinal);
    }

    [Fact]
    public void TheBucketIsInTheHostOrInThePathAndClientsHaveTheirOwnAddress()
    {
        var options = new AttachmentOptions { Bucket = "pictures", AccessKey = "a", SecretKey = "s", Region = "eu-central-1" };
        Assert.Empty(options.Validate());
        Assert.Equal("https://pictures.s3.eu-central-1.amazonaws.com", options.Origin);
        Assert.StartsWith("https://pictures.s3.eu-central-1.amazonaws.com/images/1?", Address(options), StringComparison.Ordinal);

        (options.Endpoint, options.PublicEndpoint, options.PathStyle) = ("http://minio:9000", "https://files.example", true);
        Assert.Empty(options.Validate());
        Assert.Equal("https://files.example", options.Origin);
        Assert.StartsWith("https://files.example/pictures/images/1?", Address(options), StringComparison.Ordinal);

        static string Address(AttachmentOptions options)
        {
            using var store = new S3ObjectStore(options, new ManualTimeProvider(Then));
            return store.SignDownload("images/1", "image/png", "1.png", TimeSpan.FromMinutes(1)).Url;
        }
    }
}
