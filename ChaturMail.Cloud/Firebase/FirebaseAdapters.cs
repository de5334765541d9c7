using ChaturMail.Core.Firebase;
using ChaturMail.Core.Identity;
using ChaturMail.Core.Push;
using Microsoft.Extensions.DependencyInjection;

namespace ChaturMail.Cloud.Firebase;

/// <summary>Where the adapters on FirebaseAdmin plug in.</summary>
public static class FirebaseAdapters
{
    /// <summary>Adds the check of ID tokens, with revocation, and the deletion of Firebase users.</summary>
    /// <param name="account">Null for the emulator, which asks for none.</param>
    /// <param name="emulatorHost">Host and port of the Auth emulator, or null for Google.</param>
    public static void AddIdentity(IServiceCollection services, string projectId, ServiceAccountOptions? account, string? emulatorHost)
    {
        services.AddSingleton(s => new FirebaseAdminIdentity(
            new FirebaseAdminApp(projectId, account, emulatorHost), s.GetRequiredService<TimeProvider>()));
        services.AddSingleton<IIdentityVerifier>(s => s.GetRequiredService<FirebaseAdminIdentity>());
        services.AddSingleton<IIdentityDirectory>(s => s.GetRequiredService<FirebaseAdminIdentity>());
    }

    /// <summary>Adds push messages.</summary>
    public static void AddMessages(IServiceCollection services, ServiceAccountOptions account) => services.AddSingleton<IPushMessages>(
        s => new FirebaseAdminMessages(new FirebaseAdminApp(account.ProjectId, account), s.GetRequiredService<TimeProvider>()));
}
