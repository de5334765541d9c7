using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using ChaturMail.Core.Privacy;
using ChaturMail.Core.Storage;
using ChaturMail.Tests.Support;

namespace ChaturMail.Tests.House;

/// <summary>Whatever workspaces keep stands in docs/privacy.md: kinds of documents, sections of archives, keys and channels in Redis.</summary>
public sealed partial class WorkspaceDocumentTests
{
    private static readonly string Document = Repository.Read("docs/privacy.md");

    /// <summary>The kinds of documents that the product can hold.</summary>
    internal static IReadOnlyList<string> Kinds { get; } =
    [
        .. typeof(IDocumentStore).Assembly.GetTypes().Where(type => !type.ContainsGenericParameters)
            .SelectMany(type => type.GetFields(BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly))
            .Where(field => field.FieldType.IsGenericType && field.FieldType.GetGenericTypeDefinition() == typeof(DocumentKind<>))
            .Select(field => (string)field.FieldType.GetProperty("Name")!.GetValue(field.GetValue(null))!).Order(StringComparer.Ordinal),
    ];

    [Fact]
    public void EveryKindOfDocumentStandsInThePrivacyDocument()
    {
        Assert.True(Kinds.Count > 10);
        Assert.All(Kinds, kind => Assert.Contains($"`{kind}`", Document, StringComparison.Ordinal));
    }

    [Fact]
    public void EverySectionOfAnArchiveStandsInThePrivacyDocument()
    {
        // A section's name is a constant of its type: nothing needs to be in place for it.
        var sections = typeof(IPersonalContent).Assembly.GetTypes().Where(type => type is { IsClass: true, IsAbstract: false } && typeof(IPersonalContent).IsAssignableFrom(type))
            .Select(type => ((IPersonalContent)RuntimeHelpers.GetUninitializedObject(type)).Section).ToList();
        Assert.True(sections.Count > 8);
        Assert.All(sections, section => Assert.Contains($"`{section}`", Document, StringComparison.Ordinal));
    }

    [Fact]
    public void EveryKeyAndChannelInRedisStandsInThePrivacyDocument()
    {
        var names = Directory.EnumerateFiles(Path.Combine(Repository.Root, "ChaturMail.Core"), "*.cs", SearchOption.AllDirectories)
            .Where(file => !file.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}", StringComparison.Ordinal))
            .SelectMany(file => RedisKey().Matches(File.ReadAllText(file))).Select(match => match.Groups["name"].Value).Distinct().ToList();
        Assert.True(names.Count > 10);
        // What ends in a colon goes on with whose it is.
        Assert.All(names, name => Assert.Contains(name.EndsWith(':') ? $"`{name}" : $"`{name}`", Document, StringComparison.Ordinal));
    }

    [GeneratedRegex("""(?:[Rr]edis|[Cc]onnection)\.Key\(\$?"(?<name>[a-z-]+:?)""")]
    private static partial Regex RedisKey();
}
