using System.Diagnostics;

namespace ChaturMail.Tests.Support;

/// <summary>
/// Packages of npm that tests talk to: <c>CHATURMAIL_TEST_NODE</c> names the folder that they were installed into (jose, smtp-server, jsqr, s3rver).
/// </summary>
internal static class NodeTools
{
    public const string Variable = "CHATURMAIL_TEST_NODE";

    /// <summary>The folder. Skips the test where there is none.</summary>
    public static string Folder()
    {
        var folder = Environment.GetEnvironmentVariable(Variable);
        Assert.SkipWhen(string.IsNullOrEmpty(folder), $"{Variable} names no folder with the packages jose and smtp-server of npm");
        return folder!;
    }

    /// <summary>Starts <c>node</c> on a module's text (ES modules), in the folder of the packages, with its three streams redirected.</summary>
    public static Process Start(string module, params string[] arguments)
    {
        var start = new ProcessStartInfo("node")
        {
            WorkingDirectory = Folder(),
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var argument in new[] { "--input-type=module", "--eval", module, "--" }.Concat(arguments)) start.ArgumentList.Add(argument);
        return Process.Start(start)!;
    }
}
