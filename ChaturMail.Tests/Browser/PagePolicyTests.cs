using System.Text.Json;
using ChaturMail.Tests.Support.Browser;
using Microsoft.Playwright;

namespace ChaturMail.Tests.Browser;

/// <summary>What stands between a text and a script in the web app: it holds the session's token.</summary>
public sealed class PagePolicyTests(WebBrowser browser, SharedWebStack web) : BrowserTests(browser, web)
{
    private const string Hostile = """
        <h2 onclick="globalThis.ran = 1" style="position:fixed" id="main">Hello</h2><script>globalThis.ran = 1</script><img src="/x" onerror="globalThis.ran = 1">
        <a href="javascript:globalThis.ran = 1">a link</a> <a href="https://example.com/">another</a><iframe src="https://example.com/"></iframe>
        <svg><script>globalThis.ran = 1</script><a href="javascript:globalThis.ran = 1"><text>drawn</text></a></svg><form action="https://example.com/"><input name="a"></form>
        <form><input name="childNodes"><input name="tagName"><input name="nodeType"><p>in a form</p></form><img name="body"><img name="querySelector">
        <template><img src="/x" onerror="globalThis.ran = 1"></template><math><mtext><style><img src="/x" onerror="globalThis.ran = 1"></style></mtext></math>
        """;

    [Fact]
    public async Task ThePageTakesScriptsOfItsOwnServerAloneAndMakesNoneOfText()
    {
        ExpectProblem("Content-Security-Policy|Trusted(HTML|Script)|TrustedTypePolicy");
        var page = await NewPageAsync(await StackAsync());
        var answer = await page.GotoAsync("/");

        var policy = answer!.Headers["content-security-policy"];
        foreach (var directive in new[]
        {
            "default-src 'none'", "script-src 'self'", "style-src 'self'", "connect-src 'self'", "base-uri 'none'", "form-action 'none'", "frame-ancestors 'none'",
            "require-trusted-types-for 'script'",
        })
            Assert.Contains(directive + ";", policy, StringComparison.Ordinal);
        Assert.DoesNotContain("unsafe", policy, StringComparison.Ordinal);
        foreach (var attempt in new[]
        {
            "document.body.innerHTML = '<b>text</b>'", "trustedTypes.createPolicy('another', { createHTML: text => text })", "trustedTypes.createPolicy('chaturmail', {})",
            "document.createElement('script').text = 'globalThis.ran = 1'",
        })
            Assert.True(await page.EvaluateAsync<bool>($"() => {{ try {{ {attempt}; return false }} catch {{ return true }} }}"), attempt);
    }

    [Fact]
    public async Task AGuidesHtmlIsTextAndLinksWhateverItHolds()
    {
        // What the document that it is parsed in would not run either.
        ExpectProblem("inline (event handler|style)|Content-Security-Policy: (script|style)-src");
        var stack = await StackAsync();
        var page = await NewPageAsync(stack);
        await stack.SignInAsync(page, "hostile-guide@example.com");
        var body = JsonSerializer.Serialize(new { status = 1, message = "", payload = new[] { new { title = "<img src=/x onerror=alert(1)>", htmlContent = Hostile, updatedOn = 1795219200 } } });
        await page.RouteAsync("**/tutorials/getAllTutorials", route => route.FulfillAsync(new() { ContentType = "application/json", Body = body }));

        await page.GotoAsync("/#/tutorials/1");

        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "<img src=/x onerror=alert(1)>" })).ToBeVisibleAsync();
        var guide = page.GetByRole(AriaRole.Article);
        await guide.GetByRole(AriaRole.Heading, new() { Name = "Hello" }).ClickAsync();
        await Expect(guide.GetByText("in a form")).ToBeVisibleAsync();
        await Expect(guide.GetByRole(AriaRole.Link)).ToHaveCountAsync(1);
        await Expect(guide.GetByRole(AriaRole.Link)).ToHaveAttributeAsync("href", "https://example.com/");
        Assert.Equal(0, await guide.Locator("script, img, iframe, svg, form, input, style, template, [style], [onclick], [id]").CountAsync());
        Assert.False(await page.EvaluateAsync<bool>("() => 'ran' in globalThis"));
    }
}
