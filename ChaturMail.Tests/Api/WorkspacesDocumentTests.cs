using System.Text.RegularExpressions;
using ChaturMail.Tests.Support;

namespace ChaturMail.Tests.Api;

/// <summary>docs/workspaces.md is true: what it shows of the wire is what the hub says.</summary>
public sealed partial class WorkspacesDocumentTests
{
    private const string Asha = "Xb7Qz1mKpLr8StUvWx9YaBcDeF2g", Priya = "Yk8R2sT4uVwX6zA0bCdE1fG3hI5j";

    private static readonly string Document = Repository.Read("docs/workspaces.md");

    [Fact]
    public async Task WhatTheDocumentShowsOfTheWireIsWhatTheServerSays()
    {
        await using var api = await TestApi.StartAsync();
        var tokens = new Dictionary<string, string>();
        foreach (var name in new[] { "asha", "priya" }) tokens[name] = await api.Client.SignInAsync($"{name}@example.com");
        var (asha, priya) = (await Operators.UidAsync(api.Client, tokens["asha"]), await Operators.UidAsync(api.Client, tokens["priya"]));
        await SharedParty.AddAsync(api, asha, priya);
        await using var script = new FrameScript(api.Client, tokens);
        script.Bind(Asha, asha);
        script.Bind(Priya, priya);
        // The document takes the conversation for known.
        script.Bind("6b018b08c371b1bcac5105d1", (await api.Client.PostAsync("/conversation/openDirect", new { userId = priya }, tokens["asha"])).Text("id"));
        var lines = Block().Matches(Document).SelectMany(block => block.Groups["lines"].Value.Split('\n', StringSplitOptions.RemoveEmptyEntries)).ToList();
        Assert.True(lines.Count > 20);

        foreach (var line in lines) await script.PlayAsync(line);

        script.End();
    }

    [Fact]
    public void EveryMethodOfTheHubAndEachOfItsRoutesIsExplained()
    {
        foreach (var method in typeof(ChaturMail.Api.Realtime.LiveHub).GetMethods().Where(method => method.DeclaringType == typeof(ChaturMail.Api.Realtime.LiveHub)))
            Assert.Contains($"`{method.Name}`", Document, StringComparison.Ordinal);
        foreach (var update in new[] { "message", "receipt", "typing", "presence", "conversation", "topic", "translation", "notification", "resync" })
            Assert.Contains($"| `{update}` |", Document, StringComparison.Ordinal);
    }

    [GeneratedRegex("```wire\n(?<lines>[\\s\\S]*?)```", RegexOptions.CultureInvariant)]
    private static partial Regex Block();
}
