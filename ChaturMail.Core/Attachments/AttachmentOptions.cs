namespace ChaturMail.Core.Attachments;

/// <summary>Where attachments are kept, and how much there may be. Section <c>Attachments</c>. Without a bucket they are in the data folder.</summary>
public sealed class AttachmentOptions
{
    /// <summary>Address of the S3-compatible store as this server reaches it, e.g. <c>http://minio:9000</c>. Empty: AWS, in <see cref="Region"/>.</summary>
    public string Endpoint { get; set; } = "";

    /// <summary>Its address as clients reach it; empty: the same.</summary>
    public string PublicEndpoint { get; set; } = "";

    /// <summary>The store's region; MinIO takes <c>us-east-1</c> unless it was told otherwise.</summary>
    public string Region { get; set; } = "us-east-1";

    /// <summary>The bucket, which exists and is private. Empty: the folder <c>attachments</c> of the data folder.</summary>
    public string Bucket { get; set; } = "";

    /// <summary>Id of the access key.</summary>
    public string AccessKey { get; set; } = "";

    /// <summary>The secret of the access key.</summary>
    public string SecretKey { get; set; } = "";

    /// <summary>True for the bucket in the path (MinIO), false for it in the name of the host (AWS).</summary>
    public bool PathStyle { get; set; }

    /// <summary>Bytes of one file, 100 KB to 50 MB.</summary>
    public int MostBytes { get; set; } = 10 * 1024 * 1024;

    /// <summary>Files of one user, unfinished uploads among them, 1 to 10,000.</summary>
    public int FilesOfAUser { get; set; } = 1000;

    /// <summary>Unfinished uploads of one user, 1 to 100.</summary>
    public int UnfinishedOfAUser { get; set; } = 20;

    /// <summary>Bytes of all files of one user, at least those of one file.</summary>
    public long BytesOfAUser { get; set; } = 1024L * 1024 * 1024;

    /// <summary>True when an S3-compatible store is used.</summary>
    public bool IsS3 => Bucket.Length > 0;

    /// <summary>Address of the store for this server.</summary>
    internal Uri ServerAddress => new(Endpoint.Length > 0 ? Endpoint : $"https://s3.{Region}.amazonaws.com");

    /// <summary>Address of the store for clients.</summary>
    internal Uri ClientAddress => PublicEndpoint.Length > 0 ? new Uri(PublicEndpoint) : ServerAddress;

    /// <summary>The other origin that clients write to and read from, e.g. <c>https://files.example</c>; null when it is the Api's own.</summary>
    public string? Origin => !IsS3 ? null : PathStyle
        ? ClientAddress.GetLeftPart(UriPartial.Authority)
        : $"{ClientAddress.Scheme}://{Bucket}.{ClientAddress.Authority}";

    /// <summary>What is wrong with these settings: a sentence each, with the configuration key.</summary>
    public IEnumerable<string> Validate()
    {
        if (MostBytes is < 100 * 1024 or > 50 * 1024 * 1024) yield return "Attachments:MostBytes must be 102400 to 52428800.";
        if (FilesOfAUser is < 1 or > 10_000) yield return "Attachments:FilesOfAUser must be 1 to 10000.";
        if (UnfinishedOfAUser is < 1 or > 100) yield return "Attachments:UnfinishedOfAUser must be 1 to 100.";
        if (BytesOfAUser < MostBytes) yield return "Attachments:BytesOfAUser must be at least Attachments:MostBytes.";
        foreach (var (name, value) in new[] { (nameof(Endpoint), Endpoint), (nameof(PublicEndpoint), PublicEndpoint) })
            if (value.Length > 0 && !IsOrigin(value)) yield return $"Attachments:{name} must be an address such as https://files.example, without a path.";
        if (Region.Length == 0 || !Region.All(c => char.IsAsciiLetterOrDigit(c) || c == '-')) yield return "Attachments:Region must be a region such as eu-central-1.";
        if (Bucket.Length > 0 && !IsBucket(Bucket)) yield return "Attachments:Bucket must be 3 to 63 lower-case letters, digits, dots and hyphens.";
        if (!IsS3 && (Endpoint + PublicEndpoint + AccessKey + SecretKey).Length > 0) yield return "Attachments:Bucket is missing: the bucket of the object store.";
        if (IsS3 && AccessKey.Length == 0) yield return "Attachments:AccessKey is missing: the id of the object store's access key.";
        if (IsS3 && SecretKey.Length == 0) yield return "Attachments:SecretKey is missing: the secret of the object store's access key.";
    }

    private static bool IsOrigin(string address) => Uri.TryCreate(address, UriKind.Absolute, out var uri) && uri.Scheme is "https" or "http"
        && uri.GetLeftPart(UriPartial.Authority) == address.TrimEnd('/');

    // https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html
    private static bool IsBucket(string name) => name.Length is >= 3 and <= 63 && name.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c is '-' or '.')
        && char.IsAsciiLetterOrDigit(name[0]) && char.IsAsciiLetterOrDigit(name[^1]);
}
