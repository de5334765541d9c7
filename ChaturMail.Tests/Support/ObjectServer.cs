using System.Diagnostics;
using System.Globalization;
using ChaturMail.Core.Attachments;

namespace ChaturMail.Tests.Support;

/// <summary>A real S3-compatible server on a port and in a folder of its own (npm's s3rver). Skips the test where <see cref="NodeTools"/> has no folder.</summary>
internal sealed class ObjectServer : IAsyncDisposable
{
    private const string Bucket = "attachments";

    // The key pair is the server's own default.
    private const string Program =
        """
        import S3rver from '@20minutes/s3rver';
        new S3rver({
          address: '127.0.0.1', port: 0, directory: process.argv.at(-1), silent: true, vhostBuckets: false,
          configureBuckets: [{ name: 'attachments', configs: [] }],
        }).run().then(address => process.stdout.write(address.port + '\n'));
        process.stdin.on('close', () => process.exit()).resume();
        """;

    private readonly TextFolder _folder;
    private readonly Process _process;

    private ObjectServer(TextFolder folder, Process process, int port)
    {
        (_folder, _process) = (folder, process);
        Options = new AttachmentOptions
        {
            Endpoint = string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{port}"),
            Bucket = Bucket,
            AccessKey = "S3RVER",
            SecretKey = "S3RVER",
            PathStyle = true,
        };
    }

    public AttachmentOptions Options { get; }

    /// <summary>What makes an Api keep its attachments here.</summary>
    public string[] Settings =>
    [
        $"Attachments:Endpoint={Options.Endpoint}", $"Attachments:Bucket={Bucket}", $"Attachments:AccessKey={Options.AccessKey}",
        $"Attachments:SecretKey={Options.SecretKey}", "Attachments:PathStyle=true",
    ];

    /// <summary>The objects that it holds, by key.</summary>
    public IReadOnlyList<string> Keys => [.. Directory.EnumerateFiles(_folder.Path, "*._S3rver_object", SearchOption.AllDirectories)
        .Select(path => Path.GetRelativePath(Path.Combine(_folder.Path, Bucket), path).Replace("._S3rver_object", "", StringComparison.Ordinal)).Order()];

    public static async Task<ObjectServer> StartAsync()
    {
        var folder = new TextFolder();
        var process = NodeTools.Start(Program, folder.Path);
        var line = await process.StandardOutput.ReadLineAsync().WaitAsync(TimeSpan.FromSeconds(30));
        if (!int.TryParse(line, CultureInfo.InvariantCulture, out var port)) throw new InvalidOperationException(await process.StandardError.ReadToEndAsync());
        return new ObjectServer(folder, process, port);
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited) _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
        _folder.Dispose();
    }
}
