using ChaturMail.Tests.Support;

namespace ChaturMail.Tests.Api;

/// <summary>What users see of models and of their spending, and what the Api refuses to start with.</summary>
public sealed class SpendingTests
{
    [Fact]
    public async Task TheModelsThatARequestMayNameAreListed()
    {
        await using var api = await TestApi.StartAsync(
            "OPENAI_API_KEY=sk-test", "OpenAI:Model=gpt-x", "Models:Providers:local:BaseAddress=http://127.0.0.1:9/v1", "Models:Providers:local:Model=opt",
            "Models:Providers:local:ApiKey=k", "Models:Routes:Standard=local,openai");

        var answer = await api.Client.PostAsync("/misc/getModels", new { }, await api.Client.SignInAsync());

        Assert.Equal(
            ["openai gpt-x False", "local opt True", "composer offline-composer False"],
            answer.Items.Select(model => $"{model["name"]} {model["model"]} {model["isDefault"]!.GetValue<bool>()}"));
        Assert.DoesNotContain("127.0.0.1", string.Concat(answer.Items), StringComparison.Ordinal);
    }

    [Fact]
    public async Task AUserSeesWhatTheyUsedTodayAndOfWhichBudget()
    {
        await using var model = await ScriptedModelServer.StartAsync(Answers.EchoSubject());
        await using var api = await TestApi.StartAsync(
            "OPENAI_API_KEY=sk-test", "OpenAI:BaseAddress=" + model.BaseAddress, "OpenAI:InputPrice=1000", "OpenAI:OutputPrice=1000",
            "OpenAI:MaxOutputTokens=1", "Budgets:UserPerDay=10");
        var (token, other) = (await api.Client.SignInAsync(), await api.Client.SignInAsync("bo.ek@example.com"));
        var before = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();

        for (var i = 0; i < 2; i++) Assert.Equal(200, (await api.Client.GenerateAsync(token)).HttpStatus);

        var spending = await api.Client.PostAsync("/user/getSpending", new { }, token);
        // 18 tokens a call at 1,000 dollars a million: 0.036 of 10 dollars.
        Assert.Equal((2, 500, 0), (spending.Number("emails"), spending.Number("coins"), spending.Number("budgetUsedPercent")));
        Assert.InRange(spending.Number("resetsOn"), before, before + 86_401);
        Assert.Equal(0, spending.Number("resetsOn") % 86_400);
        Assert.Equal(0, (await api.Client.PostAsync("/user/getSpending", new { }, other)).Number("emails"));
    }

    [Fact]
    public async Task WhoHasSpentTheirBudgetIsToldSoAndOthersAreNot()
    {
        await using var model = await ScriptedModelServer.StartAsync(Answers.EchoSubject());
        await using var api = await TestApi.StartAsync(
            "OPENAI_API_KEY=sk-test", "OpenAI:BaseAddress=" + model.BaseAddress, "OpenAI:InputPrice=0", "OpenAI:OutputPrice=10000",
            "OpenAI:MaxOutputTokens=7", "Budgets:UserPerDay=0.1", "Models:Routes:Standard=openai");
        var (token, other) = (await api.Client.SignInAsync(), await api.Client.SignInAsync("bo.ek@example.com"));

        // 7 tokens a call at 10,000 dollars a million: 0.07 of 0.1 dollars.
        Assert.Equal(200, (await api.Client.GenerateAsync(token)).HttpStatus);
        var refused = await api.Client.GenerateAsync(token);
        Assert.Equal((429, "budget_exceeded"), (refused.HttpStatus, refused.Code));
        Assert.Equal(200, (await api.Client.GenerateAsync(other)).HttpStatus);

        Assert.Equal(70, (await api.Client.PostAsync("/user/getSpending", new { }, token)).Number("budgetUsedPercent"));
        Assert.Equal(9750, (await api.Client.PostAsync("/user/getUserData", new { }, token)).Number("availableTokens"));
    }

    [Theory]
    [InlineData("Models:Routes:Standard", "Models:Routes:Standard=nowhere")]
    [InlineData("Models:Routes:Standard", "Models:Routes:Standard=,")]
    [InlineData("Models:Routes:Economy", "Models:Routes:Economy=composer,composer")]
    [InlineData("Models:Routes:Economy", "OPENAI_API_KEY=sk-x", "Models:Routes:Economy=composer,openai")]
    [InlineData("Models:BreakerFailures", "Models:BreakerFailures=1")]
    [InlineData("Models:BreakerRest", "Models:BreakerRest=00:00:00")]
    [InlineData("Models:Comparison:Percent", "Models:Comparison:Percent=101")]
    [InlineData("Models:Comparison:Provider", "Models:Comparison:Percent=1")]
    [InlineData("Models:Comparison:Provider", "Models:Comparison:Provider=nowhere")]
    [InlineData("Models:Providers:openai", "Models:Providers:openai:Model=x")]
    [InlineData("Models:Providers:composer", "Models:Providers:composer:Model=x")]
    [InlineData("Models:Providers:my_model", "Models:Providers:my_model:Model=x")]
    [InlineData("Models:Providers:local:Timeout", "Models:Providers:local:Timeout=00:00:00")]
    [InlineData("Models:Providers:local:InputPrice", "Models:Providers:local:InputPrice=-1")]
    [InlineData("Budgets:UserPerDay", "Budgets:UserPerDay=-1")]
    [InlineData("Budgets:DeploymentPerDay", "Budgets:DeploymentPerDay=lots")]
    public void ASettingThatCannotWorkIsNamed(string named, params string[] settings) => StartupTests.AssertRefused(named, settings);
}
