using ChaturMail.Core.Language.OpenAI;

namespace ChaturMail.Tests.Unit;

public sealed class OpenAiOptionsTests
{
    [Fact]
    public void TheDefaultsNeedAKeyAlone()
    {
        Assert.Equal(["OPENAI_API_KEY is missing."], new OpenAiOptions().Validate());
        Assert.Empty(new OpenAiOptions { ApiKey = "sk-test" }.Validate());
        Assert.Empty(new OpenAiOptions { ApiKey = "sk-test", Temperature = null }.Validate());
    }

    [Fact]
    public void EveryWrongSettingIsNamedByItsKey()
    {
        var wrong = new OpenAiOptions
        {
            ApiKey = "a b",
            Model = " ",
            BaseAddress = new Uri("ftp://example.com"),
            Timeout = TimeSpan.Zero,
            Temperature = double.NaN,
            MaxOutputTokens = 0,
        };
        Assert.Equal(["OPENAI_API_KEY", "OpenAI:Model", "OpenAI:BaseAddress", "OpenAI:Timeout", "OpenAI:Temperature", "OpenAI:MaxOutputTokens"],
            wrong.Validate().Select(sentence => sentence.Split(' ')[0]));
    }
}
