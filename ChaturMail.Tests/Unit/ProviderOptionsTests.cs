using ChaturMail.Core.Language;

namespace ChaturMail.Tests.Unit;

public sealed class ProviderOptionsTests
{
    [Fact]
    public void TheDefaultsNeedAKeyAlone()
    {
        Assert.Equal(["OPENAI_API_KEY is missing."], new ProviderOptions().Validate());
        Assert.Empty(new ProviderOptions { ApiKey = "sk-test" }.Validate());
        Assert.Empty(new ProviderOptions { ApiKey = "sk-test", Temperature = null }.Validate());
    }

    [Fact]
    public void EveryWrongSettingIsNamedByItsKey()
    {
        var wrong = new ProviderOptions
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
