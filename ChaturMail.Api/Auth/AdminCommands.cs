using ChaturMail.Core.Accounts;
using ChaturMail.Core.Accounts.Redis;
using ChaturMail.Core.Audit;
using ChaturMail.Core.Emails;
using ChaturMail.Core.Storage;
using ChaturMail.ServiceDefaults;

namespace ChaturMail.Api.Auth;

/// <summary>
/// The command line that makes operators: <c>ChaturMail.Api admin …</c>. Whoever can run it has the store's address and could write there
/// anyway, so it asks nobody; it leaves a line in the audit trail.
/// </summary>
public sealed class AdminCommands(IUserStore users, UserCache cache, IAuditLog audit, TimeProvider time, TextWriter output)
{
    /// <summary>How the commands are used.</summary>
    public const string Usage =
        """
        ChaturMail.Api admin COMMAND

          grant EMAIL|UID    make a user an operator; they must have signed in once
          revoke EMAIL|UID   end that
          list               the operators

        Counts from the user's next request on. Ends with 0, with 1 when something could not be done, with 2 when the command makes no sense.
        """;

    private const int PageSize = 100;
    private const int MostPages = 100;

    /// <summary>Runs one command on the configured store.</summary>
    /// <param name="args">The words after <c>admin</c>.</param>
    /// <returns>The exit code.</returns>
    /// <exception cref="StartupException">The configuration cannot work.</exception>
    public static async Task<int> RunProgramAsync(string[] args)
    {
        if (args is not (["grant" or "revoke", not ("--help" or "-h")] or ["list"]))
        {
            Console.WriteLine(Usage);
            return args is ["--help" or "-h" or "help", ..] ? 0 : 2;
        }

        var builder = Host.CreateApplicationBuilder(new HostApplicationBuilderSettings
        {
            Args = [ServiceDefaultsExtensions.SettingsAreReadOnce],
            EnvironmentName = EnvironmentFile.Load([]),
            ContentRootPath = AppContext.BaseDirectory,
        });
        builder.AddServiceDefaults("ChaturMail.Api");
        builder.AddStoreAndQueue(workersElsewhere: true, requestsElsewhere: false);
        using var host = builder.Build();
        var (services, time) = (host.Services, host.Services.GetRequiredService<TimeProvider>());
        var users = services.GetRequiredService<IUserStore>();
        var cache = new UserCache(users, time, services.GetService<RedisUserChanges>());
        return await new AdminCommands(users, cache, services.GetRequiredService<IAuditLog>(), time, Console.Out).RunAsync(args, CancellationToken.None);
    }

    /// <summary>Runs one command.</summary>
    /// <inheritdoc cref="RunProgramAsync" path="/param"/>
    /// <inheritdoc cref="RunProgramAsync" path="/returns"/>
    public async Task<int> RunAsync(string[] args, CancellationToken cancellation)
    {
        switch (args)
        {
            case ["list"]:
                var admins = await users.ListAdminsAsync(cancellation);
                foreach (var admin in admins) Say(0, Describe(admin));
                return admins.Count == 0 ? Say(0, "There is no operator.") : 0;
            case ["grant", var who]:
                return await SetAsync(who, true, cancellation);
            case ["revoke", var who]:
                return await SetAsync(who, false, cancellation);
            default:
                return Say(2, Usage);
        }
    }

    private async Task<int> SetAsync(string who, bool admin, CancellationToken cancellation)
    {
        var found = await FindAsync(who, cancellation);
        if (found is not [var user])
        {
            foreach (var one in found) Say(1, Describe(one));
            return Say(1, found.Count == 0
                ? "There is no such user. An account is made when its user signs in for the first time."
                : "Several accounts have this address: name the one that you mean by its uid.");
        }

        if (user.IsAdmin == admin) return Say(0, $"{Describe(user)}: {(admin ? "is an operator already" : "is no operator")}.");
        if (!await users.SetAdminAsync(user.Uid, admin, cancellation)) return Say(1, "The account was deleted in this moment.");
        await audit.AppendAsync(
            new AuditEntry(DocumentId.New(time), time.GetUtcNow(), "system", admin ? "admin.grant" : "admin.revoke", user.Uid, "By command line.") { IsAboutUser = true },
            cancellation);
        await cache.ChangedAsync(user.Uid);
        return Say(0, $"{Describe(user)}: {(admin ? "is an operator now" : "is no operator any more")}.");
    }

    // A uid is exact. An address may be that of several accounts, and nobody may become an operator by mistake.
    private async Task<IReadOnlyList<User>> FindAsync(string who, CancellationToken cancellation)
    {
        if (await users.FindAsync(who, cancellation) is { } byUid) return [byUid];
        var found = new List<User>();
        EmailCursor? after = null;
        for (var page = 0; page < MostPages; page++)
        {
            var some = await users.SearchAsync(who, PageSize, after, cancellation);
            found.AddRange(some.Where(user => user.Email.Equals(who, StringComparison.OrdinalIgnoreCase)));
            if (some.Count < PageSize) break;
            after = new EmailCursor(some[^1].CreatedOn.ToUnixTimeSeconds(), some[^1].Id);
        }

        return found;
    }

    private static string Describe(User user) => $"{user.Uid} {user.Email} (since {user.CreatedOn:yyyy-MM-dd})";

    private int Say(int code, string text)
    {
        output.WriteLine(text);
        return code;
    }
}
