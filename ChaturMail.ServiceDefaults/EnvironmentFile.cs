using Microsoft.Extensions.Hosting;

namespace ChaturMail.ServiceDefaults;

/// <summary>The names that deployments in the field use: a <c>.env</c> file in development, <c>OS_ENV</c> for the environment.</summary>
public static class EnvironmentFile
{
    /// <summary>
    /// The environment to start in: <c>--environment=…</c>, else <c>ASPNETCORE_ENVIRONMENT</c> or <c>DOTNET_ENVIRONMENT</c>, else what
    /// <c>OS_ENV</c> says, else Production, the one that takes no shortcuts. In Development the variables of <c>.env</c> in the working
    /// directory become this process's, where it has none of that name. To be called before anything reads the environment.
    /// </summary>
    public static string Load(string[] args)
    {
        const string option = "--environment=";
        var name = args.LastOrDefault(arg => arg.StartsWith(option, StringComparison.Ordinal))?[option.Length..]
            ?? Variable("ASPNETCORE_ENVIRONMENT") ?? Variable("DOTNET_ENVIRONMENT")
            ?? (Variable("OS_ENV")?.ToUpperInvariant() is "DEV" or "DEVELOPMENT" or "LOCAL" ? Environments.Development : Environments.Production);
        if (name != Environments.Development || !File.Exists(".env")) return name;
        foreach (var (key, value) in Parse(File.ReadLines(".env")))
            if (Environment.GetEnvironmentVariable(key) is null) Environment.SetEnvironmentVariable(key, value);
        return name;
    }

    /// <summary>
    /// Reads lines of <c>NAME=value</c>; blank lines and those that start with <c>#</c> are left out, quotes around a value are taken off.
    /// </summary>
    internal static Dictionary<string, string> Parse(IEnumerable<string> lines)
    {
        var variables = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var line in lines.Select(line => line.Trim()).Where(line => line.Length > 0 && line[0] != '#'))
        {
            var pair = line.Split('=', 2);
            if (pair.Length < 2) continue;
            var value = pair[1].Trim();
            if (value.Length >= 2 && value[0] == value[^1] && value[0] is '"' or '\'') value = value[1..^1];
            variables[pair[0].Trim()] = value;
        }

        return variables;
    }

    private static string? Variable(string name) => Environment.GetEnvironmentVariable(name) is { Length: > 0 } value ? value : null;
}
