namespace ChaturMail.Core.Spending;

/// <summary>
/// The most that calls of models may cost in a day, which begins at midnight UTC, in US dollars. A call that might go beyond it is not
/// made. Counts what has a price (<c>InputPrice</c>, <c>OutputPrice</c>) only. Section <c>Budgets</c>.
/// </summary>
public sealed class BudgetOptions
{
    private const decimal Most = 1_000_000;

    /// <summary>For one user, 0 to 1,000,000; 0 for no budget.</summary>
    public decimal UserPerDay { get; set; }

    /// <summary>For all users of the deployment together, 0 to 1,000,000; 0 for no budget.</summary>
    public decimal DeploymentPerDay { get; set; }

    /// <summary><see cref="UserPerDay"/> in billionths of a dollar, or null for none.</summary>
    public long? UserNanoUsd => Nano(UserPerDay);

    /// <summary><see cref="DeploymentPerDay"/> in billionths of a dollar, or null for none.</summary>
    public long? DeploymentNanoUsd => Nano(DeploymentPerDay);

    /// <summary>A sentence for each setting that cannot work, naming its configuration key; none when all is well.</summary>
    public IEnumerable<string> Validate()
    {
        if (UserPerDay is < 0 or > Most) yield return "Budgets:UserPerDay must be 0 to 1000000.";
        if (DeploymentPerDay is < 0 or > Most) yield return "Budgets:DeploymentPerDay must be 0 to 1000000.";
    }

    private static long? Nano(decimal dollars) => dollars == 0 ? null : (long)(dollars * 1_000_000_000);
}
