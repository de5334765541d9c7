using ChaturMail.Core.Audit;
using ChaturMail.Tests.Support;

namespace ChaturMail.Tests.Api;

/// <summary>What operators may not send. All of it goes to one Api, for nothing comes of any of it.</summary>
public sealed class AdminRefusalTests(AdminRefusalTests.OneApi api) : IClassFixture<AdminRefusalTests.OneApi>
{
    [Theory]
    [InlineData("findUsers", """{"limit":0}""", "limit")]
    [InlineData("findUsers", """{"limit":101}""", "limit")]
    [InlineData("findUsers", """{"cursor":"x"}""", "cursor")]
    [InlineData("findUsers", """{"search":{"$ne":null}}""", "search")]
    [InlineData("getUser", "{}", "uid")]
    [InlineData("disableUser", """{"uid":"u"}""", "reason")]
    [InlineData("disableUser", """{"uid":7,"reason":"r"}""", "uid")]
    [InlineData("enableUser", """{"uid":" "}""", "uid")]
    [InlineData("setAdmin", """{"uid":"u"}""", "admin")]
    [InlineData("setAdmin", """{"uid":"u","admin":"yes"}""", "admin")]
    [InlineData("changeCoins", """{"uid":"u","coins":0,"reason":"r"}""", "coins")]
    [InlineData("changeCoins", """{"uid":"u","coins":1000000001,"reason":"r"}""", "coins")]
    [InlineData("changeCoins", """{"uid":"u","coins":-9223372036854775808,"reason":"r"}""", "coins")]
    [InlineData("changeCoins", """{"uid":"u","coins":1.5,"reason":"r"}""", "coins")]
    [InlineData("changeCoins", """{"uid":"u","coins":1}""", "reason")]
    [InlineData("getFeedback", """{"limit":-1}""", "limit")]
    [InlineData("deleteFeedback", """{"id":"1"}""", "id")]
    [InlineData("getUsage", """{"from":"yesterday"}""", "from")]
    [InlineData("getUsage", """{"from":"0001-01-01","to":"0001-01-01"}""", "to")]
    [InlineData("getUsage", """{"from":"2026-01-02","to":"2026-01-01"}""", "from")]
    [InlineData("getUsage", """{"from":"2026-01-01","to":"2026-02-01"}""", "from")]
    [InlineData("getModelCosts", """{"from":"2026-01-01","to":"2026-02-01"}""", "from")]
    [InlineData("getDeadLetters", """{"limit":101}""", "limit")]
    [InlineData("getDeadLetters", """{"cursor":"MTc5NTI2MzI0MDAwMDotMQ"}""", "cursor")]
    [InlineData("retryDeadLetter", "{}", "id")]
    [InlineData("dropDeadLetter", """{"id":["x"]}""", "id")]
    [InlineData("getAudit", """{"limit":1000}""", "limit")]
    [InlineData("withdrawPrompt", "{}", "id")]
    [InlineData("withdrawTutorial", """{"id":"a","withdrawn":1}""", "withdrawn")]
    public async Task WhatCannotBeDoneIs400AndNamesTheField(string route, string body, string field)
    {
        var answer = await api.SendAsync(route, body);
        Assert.Equal((400, "invalid_field"), (answer.HttpStatus, answer.Code));
        Assert.Contains($"'{field}'", answer.Message, StringComparison.Ordinal);
        Assert.Empty(await api.TrailAsync());
    }

    [Theory]
    [InlineData("[x](javascript:alert(1))")]
    [InlineData("[x](JaVaScRiPt:alert(1))")]
    [InlineData("[x](<java\tscript:alert(1)>)")]
    [InlineData("[x](&#106;avascript:alert(1))")]
    [InlineData("<javascript:alert(1)>")]
    [InlineData("[x][y]\n\n[y]: javascript:alert(1)")]
    [InlineData("![x](data:image/svg+xml;base64,PHN2Zz4=)")]
    [InlineData("[x](vbscript:x)")]
    [InlineData("[x](//evil.example/)")]
    public async Task ALinkThatIsNoneIsRefused(string text)
    {
        var answer = await api.SendAsync("publishTutorial", new { id = "links", text = $"---\ntitle: Links\norder: 9\n---\n{text}" });
        Assert.Equal((400, "invalid_field"), (answer.HttpStatus, answer.Code));
        Assert.Contains("links to", answer.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Links", "text", "'id' must be lower-case")]
    [InlineData("links", "text", "front matter must stand")]
    [InlineData("links", "---\ntitle: Links\n---\ntext", "order is missing")]
    [InlineData("links", "---\ntitle: Links\norder: 1\n---\n", "front matter")]
    public async Task WhatIsNoTutorialIsRefusedWithItsFault(string id, string text, string fault)
    {
        var answer = await api.SendAsync("publishTutorial", new { id, text });
        Assert.Equal((400, "invalid_field"), (answer.HttpStatus, answer.Code));
        Assert.Contains(fault, answer.Message, StringComparison.Ordinal);
    }

    public sealed class OneApi : AdminApiTests
    {
        internal Task<ApiAnswer> SendAsync(string route, object body) => PostAsync(route, body);

        internal Task<IReadOnlyList<AuditEntry>> TrailAsync() => AuditAsync();
    }
}
