using ChaturMail.Core.Codes;
using ChaturMail.Core.Identity;
using ChaturMail.Core.Identity.Local;
using ChaturMail.Core.Mail;
using ChaturMail.Core.Storage;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;

namespace ChaturMail.ServiceDefaults;

/// <summary>Accounts whose passwords are kept here.</summary>
public static partial class Adapters
{
    private static LocalIdentityOptions ReadLocalIdentity(IHostApplicationBuilder builder)
    {
        var options = builder.Configuration.ReadOptions<LocalIdentityOptions>("Identity:Local", o => o.Validate());
        options.Enabled ??= builder.Environment.IsDevelopment()
            && string.IsNullOrEmpty(builder.Configuration["PROJECT_ID"]) && string.IsNullOrEmpty(builder.Configuration[EmulatorVariable]);
        if (options.Enabled.Value && !builder.Environment.IsDevelopment() && string.IsNullOrEmpty(builder.Configuration["Mail:Host"]))
            throw new StartupException("Identity:Local:Enabled needs a mail server to send codes by: set Mail:Host.");
        return options;
    }

    /// <summary>Puts the accounts kept here in front of the other provider's users. Its adapters must have been added.</summary>
    private static void AddLocalIdentity(IHostApplicationBuilder builder, LocalIdentityOptions options)
    {
        var services = builder.Services;
        services.AddSingleton(options);
        services.AddSingleton<PasswordRules>();
        services.AddSingleton<IPasswordHasher<LocalAccount>>(_ => PasswordHashing.DefaultHasher());
        services.AddSingleton<PasswordHashing>();
        services.AddSingleton(s => new LocalAccounts(
            s.GetRequiredService<ILocalAccountStore>(), s.GetRequiredService<IOneTimeCodes>(), s.GetRequiredService<PasswordHashing>(),
            s.GetRequiredService<PasswordRules>(), s.GetRequiredService<LocalIdTokens>(), s.GetRequiredService<MailOutbox>(), s.GetRequiredService<TimeProvider>()));

        var (verifier, directory) = (Take<IIdentityVerifier>(services), Take<IIdentityDirectory>(services));
        services.AddSingleton<IIdentityVerifier>(s => new LocalVerifier(
            s.GetRequiredService<LocalIdTokens>(), s.GetRequiredService<ILocalAccountStore>(), verifier?.Invoke(s)));
        services.AddSingleton<IIdentityDirectory>(s => new LocalDirectory(s.GetRequiredService<ILocalAccountStore>(), directory?.Invoke(s)));
    }

    // Takes a service's adapter out, to be put behind another.
    private static Func<IServiceProvider, T>? Take<T>(IServiceCollection services) where T : class
    {
        var make = services.LastOrDefault(service => service.ServiceType == typeof(T))?.ImplementationFactory;
        services.RemoveAll<T>();
        return make is null ? null : s => (T)make(s);
    }
}
