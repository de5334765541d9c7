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

    [Fact]
    public void ABaseModelsContextHoldsMoreThanItsAnswer()
    {
        var options = new ProviderOptions { Name = "opt", Kind = ProviderKind.Completions };
        Assert.Empty(options.Validate());
        options.MaxOutputTokens = 2048;
        Assert.Equal(["Models:Providers:opt:MaxOutputTokens must be less than Models:Providers:opt:ContextTokens."], options.Validate());
        options.ContextTokens = 255;
        Assert.Equal(["Models:Providers:opt:ContextTokens must be 256 to 1000000."], options.Validate());
    }
}
