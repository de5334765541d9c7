using ChaturMail.Core.Language;
using ChaturMail.Core.Language.Routing;
using ChaturMail.Core.Spending;
using ChaturMail.Core.Storage;
using ChaturMail.Tests.Support;
using ChaturMail.Worker;
using Microsoft.Extensions.Logging.Abstractions;

namespace ChaturMail.Tests.Worker;

/// <summary>The second model, which writes a share of the emails too.</summary>
public sealed class ModelComparisonTests
{
    [Fact]
    public async Task AComparedEmailIsTheUsersBeforeTheSecondModelIsAskedAndCostsNoCoinMore()
    {
        await using var worker = new WorkerFixture();
        await using var models = new RoutedModels();
        var second = new ScriptedModel([RoutedModels.Text("Dear Maria,\n\nthe second text.\n\nAsha")])
        {
            During = (_, _) =>
            {
                worker.Step("second model");
                return Task.CompletedTask;
            },
        };
        worker.Comparison = Compare(worker, models, second, 100);
        var job = await worker.AcceptAsync();

        await worker.Runner().RunAsync(await worker.TakeAsync(), default);

        Assert.Equal(["complete", "completed", "announce", "acknowledge", "second model"], worker.Steps);
        Assert.Equal((750, 250, 1), await worker.CoinsAsync());
        var comparison = Assert.Single(await worker.Stores.Spending.ListComparisonsAsync(10, default));
        Assert.Equal((job.Id, "u1", "test-model", "scripted"), (comparison.EmailId, comparison.UserId, comparison.First.Model, comparison.Second.Model));
        Assert.Contains("the second text", comparison.SecondText, StringComparison.Ordinal);
        // The history holds the first model's email alone.
        Assert.Equal("test-model", (await worker.Stores.Emails.FindAsync("u1", job.Id, default))!.Model);
        // 1,000 tokens at 1 and 100 at 10 dollars a million.
        Assert.Equal(2_000_000, comparison.Second.CostNanoUsd);
        var total = Assert.Single(await worker.Stores.Spending.ListTotalsAsync(default, default));
        Assert.Equal((ModelRole.Comparison, "second"), (total.Sum.Role, total.Sum.Provider));
    }

    [Fact]
    public async Task AComparisonIsOnTheDeploymentsBudgetAndNotOnTheUsers()
    {
        await using var worker = new WorkerFixture();
        await using var models = new RoutedModels();
        worker.Comparison = Compare(worker, models, new ScriptedModel([RoutedModels.Text()]), 100, new BudgetOptions { UserPerDay = 1, DeploymentPerDay = 1 });
        await worker.AcceptAsync();

        await worker.Runner().RunAsync(await worker.TakeAsync(), default);

        var today = DateOnly.FromDateTime(TimeProvider.System.GetUtcNow().UtcDateTime);
        Assert.Equal(0, await worker.Stores.Spending.SpentByUserAsync("u1", today, default));
        Assert.Single(await worker.Stores.Spending.ListComparisonsAsync(10, default));
        // What is counted for nobody is the deployment's.
        Assert.InRange(await worker.Stores.Spending.SpentByUserAsync("", today, default), 1, 1_000_000_000);
    }

    [Theory]
    [InlineData("Backup")]
    [InlineData(" backup ")]
    public void TheSecondModelsNameMayBeWrittenAsInARoute(string name) =>
        Assert.Empty(new ComparisonOptions { Provider = name, Percent = 5 }.Validate(["backup"]));

    [Fact]
    public async Task WithNoShareTheSecondModelIsNeverAsked()
    {
        await using var worker = new WorkerFixture();
        await using var models = new RoutedModels();
        var second = new ScriptedModel([RoutedModels.Text()]);
        worker.Comparison = Compare(worker, models, second, 0);
        await worker.AcceptAsync();

        await worker.Runner().RunAsync(await worker.TakeAsync(), default);

        Assert.Equal(0, second.Calls);
    }

    [Fact]
    public async Task ASecondModelThatFailsOrThrowsIsNobodysConcern()
    {
        await using var worker = new WorkerFixture();
        await using var models = new RoutedModels();
        var second = new ScriptedModel([RoutedModels.Failure(ModelFailure.Retryable), RoutedModels.Text()]);
        worker.Comparison = Compare(worker, models, second, 100);
        for (var i = 0; i < 2; i++)
        {
            await worker.AcceptAsync();
            await worker.Runner().RunAsync(await worker.TakeAsync(), default);
            second.During = (_, _) => throw new InvalidOperationException();
        }

        Assert.Equal(2, second.Calls);
        Assert.Equal((500, 500, 2), await worker.CoinsAsync());
        Assert.Empty(await worker.Stores.Spending.ListComparisonsAsync(10, default));
    }

    [Fact]
    public async Task AJobIsAlwaysOrNeverOfTheShareAndTheShareIsAboutAsLargeAsAsked()
    {
        await using var worker = new WorkerFixture();
        await using var models = new RoutedModels();
        var (one, other) = (Compare(worker, models, new ScriptedModel([]), 20), Compare(worker, models, new ScriptedModel([]), 20));
        var ids = Enumerable.Range(0, 5000).Select(_ => DocumentId.New(TimeProvider.System)).ToList();

        Assert.Equal(ids.Where(one.IsChosen), ids.Where(other.IsChosen));
        Assert.InRange(ids.Count(one.IsChosen), 800, 1200);
    }

    [Fact]
    public async Task TheReportShowsWhatEachModelCost()
    {
        await using var worker = new WorkerFixture();
        var today = DateOnly.FromDateTime(TimeProvider.System.GetUtcNow().UtcDateTime);
        var call = new ModelCall(today, "openai", "gpt-x", ModelRole.Answer, 1000, 100, 2_000_000, TimeSpan.FromSeconds(2));
        foreach (var made in new[] { call, call with { Duration = TimeSpan.FromSeconds(1) }, call with { Role = ModelRole.Comparison }, call with { Day = today.AddDays(-3), Model = "old" } })
            await worker.Stores.Spending.AddCallAsync(made, default);

        var (code, report) = await RunAsync(worker, "report");
        Assert.Equal(0, code);
        Assert.Matches("openai +gpt-x +answer +2 +2000 +200 +0.004000 +1.50", report);
        Assert.Matches("openai +gpt-x +comparison +1 +1000 +100 +0.002000 +2.00", report);
        Assert.Contains("old", report, StringComparison.Ordinal);
        Assert.DoesNotContain("old", (await RunAsync(worker, "report", "--days", "3")).Output, StringComparison.Ordinal);
        Assert.Equal(2, (await RunAsync(worker, "report", "--days", "0")).Code);
        Assert.Equal(2, (await RunAsync(worker, "nonsense")).Code);
    }

    private static ModelComparison Compare(WorkerFixture worker, RoutedModels models, ScriptedModel second, int percent, BudgetOptions? budgets = null)
    {
        var ledger = new ModelLedger(worker.Stores.Spending, budgets ?? new BudgetOptions(), TimeProvider.System, NullLogger<ModelLedger>.Instance, countsAll: true);
        var provider = models.Guarded(new ProviderOptions { Name = "second", InputPrice = 1, OutputPrice = 10 }, second, ledger);
        return new ModelComparison(provider, percent, worker.Stores.Spending, TimeProvider.System, NullLogger<ModelComparison>.Instance);
    }

    private static async Task<(int Code, string Output)> RunAsync(WorkerFixture worker, params string[] args)
    {
        await using var output = new StringWriter();
        return (await new ModelCommands(worker.Stores.Spending, TimeProvider.System, output).RunAsync(args, default), output.ToString());
    }
}
