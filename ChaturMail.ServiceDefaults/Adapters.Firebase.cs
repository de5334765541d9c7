using ChaturMail.Core.Firebase;
using ChaturMail.Core.Identity;
using ChaturMail.Core.Identity.Development;
using ChaturMail.Core.Identity.Firebase;
using ChaturMail.Core.Push;
using ChaturMail.Core.Push.Firebase;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace ChaturMail.ServiceDefaults;

/// <summary>
/// The adapters of Firebase: on its REST interfaces, or, in the cloud build, on FirebaseAdmin. What needs the service account
/// (revocation check, deletion of Firebase users, push messages) is absent without one.
/// </summary>
public static partial class Adapters
{
    private const string EmulatorVariable = "FIREBASE_AUTH_EMULATOR_HOST";

    // The Firebase tools' own convention: a project whose name begins so is never taken for a real one.
    private const string EmulatedProject = "demo-chaturmail";

    /// <summary>
    /// Adds the check of ID tokens: Firebase for <c>PROJECT_ID</c>, the Auth emulator for <c>FIREBASE_AUTH_EMULATOR_HOST</c>, and, only in
    /// Development with neither, sign-in with any address. Outside Development the last two are refused. With the service account or the
    /// emulator the check asks for revocation too, and Firebase's users can be deleted. <c>Identity:Local:Enabled</c> adds accounts of the
    /// server's own.
    /// </summary>
    /// <exception cref="StartupException">The configuration is not safe for the environment.</exception>
    public static void AddIdentity(this IHostApplicationBuilder builder)
    {
        var project = builder.Configuration["PROJECT_ID"];
        var emulator = builder.Configuration[EmulatorVariable];
        var local = ReadLocalIdentity(builder);
        if (!builder.Environment.IsDevelopment())
        {
            if (!string.IsNullOrEmpty(emulator))
                throw new StartupException("FIREBASE_AUTH_EMULATOR_HOST is set: the emulator's tokens are unsigned, so anybody could sign in as anybody. Remove it, or start in Development.");
            if (string.IsNullOrEmpty(project) && local.Enabled != true)
                throw new StartupException("PROJECT_ID is missing: name the Firebase project whose users may sign in, or set Identity:Local:Enabled for accounts of this server. (The development sign-in is for Development only.)");
        }

        var keysAddress = builder.Configuration["Firebase:KeysAddress"] is { Length: > 0 } other ? other : GoogleKeys.DefaultAddress.AbsoluteUri;
        if (!Uri.TryCreate(keysAddress, UriKind.Absolute, out var address)) throw new StartupException("Firebase:KeysAddress must be an absolute address.");

        var account = ReadServiceAccount(builder);
        if (!string.IsNullOrEmpty(emulator))
        {
            if (!Uri.TryCreate($"http://{emulator}/", UriKind.Absolute, out _)) throw new StartupException("FIREBASE_AUTH_EMULATOR_HOST must be a host and a port.");
            AddEmulatedFirebase(builder, string.IsNullOrEmpty(project) ? EmulatedProject : project, emulator);
        }
        else if (account is not null)
        {
            AddFirebase(builder, account, address);
        }
        else if (!string.IsNullOrEmpty(project))
        {
            builder.Services.AddSingleton<IIdentityVerifier>(s => SignedTokens(s, project, address));
        }
        else if (builder.Environment.IsDevelopment())
        {
            builder.Services.AddSingleton<IIdentityVerifier>(s => new DevelopmentVerifier(s.GetRequiredService<TimeProvider>()));
        }

        if (local.Enabled == true) AddLocalIdentity(builder, local);
        builder.Services.AddSingleton(ProvidersOf(project, emulator, local.Enabled == true, builder.Environment.IsDevelopment()));
    }

    /// <summary>Adds push messages, where there is a service account.</summary>
    /// <exception cref="StartupException">The service account cannot be used.</exception>
    public static void AddPushMessages(this IHostApplicationBuilder builder)
    {
        if (ReadServiceAccount(builder) is not { } account) return;
        var added = false;
        AddFirebaseAdminMessages(builder, account, ref added);
        if (added) return;
        builder.Services.AddSingleton<IPushMessages>(s => new FirebaseMessages(
            account.ProjectId, new GoogleApi(GoogleClient(), ServiceAccountToken.Source(account), s.GetRequiredService<TimeProvider>())));
    }

    private static IdentityProviders ProvidersOf(string? project, string? emulator, bool passwords, bool development)
    {
        if (!string.IsNullOrEmpty(emulator)) return new(false, passwords, string.IsNullOrEmpty(project) ? EmulatedProject : project, emulator);
        return string.IsNullOrEmpty(project) ? new(development, passwords, null, null) : new(false, passwords, project, null);
    }

    private static void AddEmulatedFirebase(IHostApplicationBuilder builder, string project, string host)
    {
        var added = false;
        AddFirebaseAdminIdentity(builder, project, null, host, ref added);
        // Beside FirebaseAdmin too, which sends no mails.
        builder.Services.AddSingleton(s => IdentityToolkit.OfEmulator(host, project, GoogleClient(), s.GetRequiredService<TimeProvider>()));
        if (added) return;
        AddRevocationCheck(builder, s => new EmulatorTokenVerifier(project, s.GetRequiredService<TimeProvider>()));
    }

    private static void AddFirebase(IHostApplicationBuilder builder, ServiceAccountOptions account, Uri keysAddress)
    {
        var added = false;
        AddFirebaseAdminIdentity(builder, account.ProjectId, account, null, ref added);
        builder.Services.AddSingleton(s => new IdentityToolkit(
            account.ProjectId, new GoogleApi(GoogleClient(), ServiceAccountToken.Source(account), s.GetRequiredService<TimeProvider>())));
        if (added) return;
        AddRevocationCheck(builder, s => SignedTokens(s, account.ProjectId, keysAddress));
    }

    private static void AddRevocationCheck(IHostApplicationBuilder builder, Func<IServiceProvider, IIdentityVerifier> tokens)
    {
        builder.Services.AddSingleton<IIdentityDirectory>(s => s.GetRequiredService<IdentityToolkit>());
        builder.Services.AddSingleton<IIdentityVerifier>(s => new RevocationCheck(tokens(s), s.GetRequiredService<IdentityToolkit>()));
    }

    private static FirebaseTokenVerifier SignedTokens(IServiceProvider services, string project, Uri keysAddress)
    {
        var time = services.GetRequiredService<TimeProvider>();
        return new(project, new GoogleKeys(GoogleClient(), time, services.GetRequiredService<ILogger<GoogleKeys>>(), keysAddress), time);
    }

    // One for the life of the process; its connections are renewed so that a change of DNS is noticed.
    private static HttpClient GoogleClient() => new(new SocketsHttpHandler { PooledConnectionLifetime = TimeSpan.FromMinutes(15), AllowAutoRedirect = false });

    private static ServiceAccountOptions? ReadServiceAccount(IHostApplicationBuilder builder)
    {
        var account = ServiceAccountOptions.Read(name => builder.Configuration[name]);
        return account?.Validate().ToList() is { Count: > 0 } problems ? throw new StartupException(problems) : account;
    }

    /// <summary>Adds sign-in and deletion on FirebaseAdmin and sets <paramref name="added"/>, where the build has it.</summary>
    static partial void AddFirebaseAdminIdentity(
        IHostApplicationBuilder builder, string project, ServiceAccountOptions? account, string? emulatorHost, ref bool added);

    /// <summary>Adds push messages on FirebaseAdmin and sets <paramref name="added"/>, where the build has it.</summary>
    static partial void AddFirebaseAdminMessages(IHostApplicationBuilder builder, ServiceAccountOptions account, ref bool added);
}
