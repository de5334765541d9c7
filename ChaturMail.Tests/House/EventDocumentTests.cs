using System.Globalization;
using System.Text.RegularExpressions;
using ChaturMail.Core.Events;
using ChaturMail.Core.Events.Redis;
using ChaturMail.Core.Redis;
using ChaturMail.Core.Storage;
using ChaturMail.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;

namespace ChaturMail.Tests.House;

/// <summary>docs/events.md is true: its tables are the program's, and what it tells other services to do is done.</summary>
public sealed partial class EventDocumentTests
{
    private static readonly string Document = Repository.Read("docs/events.md");

    [Fact]
    public void EveryTypeStandsInTheDocumentAndNoOther()
    {
        Assert.Equal(
            EventType.All.Order(StringComparer.Ordinal),
            typeof(EventType).GetFields().Where(field => field.IsLiteral).Select(field => (string)field.GetRawConstantValue()!).Order(StringComparer.Ordinal));
        Assert.Equal(EventType.All.Order(StringComparer.Ordinal), TypeRow().Matches(Document).Select(row => row.Groups["type"].Value).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void EveryKindOfNotificationStandsInTheApisDocument()
    {
        var api = Repository.Read("docs/api.md");
        Assert.All(NotificationRule.Kinds, kind => Assert.Contains($"`{kind}`", api, StringComparison.Ordinal));
    }

    [Fact]
    public void WhatIsToldOfIsAnEvent() => Assert.All(EventType.All, type => Assert.Matches(@"^[a-z]+\.[a-z_]+\.v[1-9]$", type));

    [Fact]
    public async Task WhatTheDocumentTellsOtherServicesToDoWorks()
    {
        await using var server = await RedisServer.StartAsync();
        var options = new RedisOptions { Host = "127.0.0.1", Port = server.Port };
        await using var connection = new RedisConnection(options, TimeProvider.System, NullLogger<RedisConnection>.Instance);
        var stream = new RedisEventStream(connection, new EventsOptions(), TimeProvider.System, TimeSpan.FromSeconds(30), NullLogger<RedisEventStream>.Instance);
        var happened = DomainEvent.Of(TimeProvider.System, EventType.PartyCreated, DocumentId.New(TimeProvider.System), "u1");
        Assert.True(await stream.PublishAsync("relay", [happened], default));
        var commands = Command().Matches(Document).Select(match => match.Groups["command"].Value).ToList();
        var outputs = new List<string>();
        var entry = "";
        foreach (var command in commands)
        {
            var (code, output) = await ShellScript.RunAsync(
                "sh", ["-c", command.Replace("redis-cli", $"redis-cli -p {server.Port.ToString(CultureInfo.InvariantCulture)}", StringComparison.Ordinal)
                    .Replace("1795219200042-0", entry, StringComparison.Ordinal)]);
            Assert.True(code == 0 && !output.Contains("ERR", StringComparison.Ordinal), $"{command}\n{output}");
            if (EntryId().Match(output) is { Success: true } match && entry.Length == 0) entry = match.Value;
            outputs.Add(output);
        }

        string Of(string word) => outputs[commands.FindIndex(command => command.Contains(word, StringComparison.Ordinal))];
        Assert.Equal("OK", Of("XGROUP CREATE").Trim());
        Assert.Contains(happened.Id, Of("XREADGROUP"), StringComparison.Ordinal);
        Assert.Contains("party.created.v1", Of("XREADGROUP"), StringComparison.Ordinal);
        Assert.Equal("1", Of("XACK").Trim());
        Assert.Contains("0-0", Of("XAUTOCLAIM"), StringComparison.Ordinal);
        Assert.Contains("billing", Of("XINFO GROUPS"), StringComparison.Ordinal);
    }

    [GeneratedRegex(@"(?m)^\| `(?<type>[a-z]+\.[a-z_]+\.v\d)` \|")]
    private static partial Regex TypeRow();

    [GeneratedRegex(@"(?m)^(?<command>redis-cli .*)$")]
    private static partial Regex Command();

    [GeneratedRegex(@"\d{13}-\d+")]
    private static partial Regex EntryId();
}
