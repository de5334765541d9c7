using ChaturMail.Api.Http;
using ChaturMail.Core.Accounts;
using ChaturMail.Core.Identity;
using ChaturMail.Core.Mail;
using ChaturMail.ServiceDefaults;

namespace ChaturMail.Api.SecondFactor;

/// <summary>The second factor: at sign-in, and in the user's settings.</summary>
public static class SecondFactorRoutes
{
    /// <summary>Adds what the routes need.</summary>
    /// <exception cref="StartupException">A setting cannot work.</exception>
    public static void AddSecondFactor(this WebApplicationBuilder builder)
    {
        var services = builder.Services;
        services.AddSingleton(builder.Configuration.ReadOptions<AdminOptions>("Admin", _ => []));
        var identity = builder.Configuration.ReadOptions<IdentityOptions>("Identity", o => o.Validate());
        if (identity.RequireVerifiedEmail && !services.Any(service => service.ServiceType == typeof(MailOutbox)))
            throw new StartupException("Identity:RequireVerifiedEmail needs a mail server to send codes by: set Mail:Host.");
        services.AddSingleton(identity);
        services.AddSingleton<FactorCodes>();
        services.AddSingleton<FactorNotices>();
    }

    /// <summary>Declares the routes.</summary>
    public static void MapSecondFactor(this RouteGroupBuilder open, RouteGroupBuilder signedIn)
    {
        open.MapUseCase<Auth.SignInFlow.Response>("/auth/confirmChallenge", null, "Finish a sign-in that a code was asked for", ConfirmChallenge.Handle);
        open.MapUseCase<CodeSent>("/auth/resendChallenge", null, "Send the code of a sign-in by email", ResendChallenge.Handle);
        signedIn.MapUseCase<GetSecondFactor.Response>("/auth/getSecondFactor", null, "What is asked for at sign-in", GetSecondFactor.Handle);
        signedIn.MapUseCase<CodeSent>("/auth/enableEmailFactor", null, "Get codes by email at sign-in", EnableEmailFactor.Handle);
        signedIn.MapUseCase<EnrolTotp.Response>("/auth/enrolTotp", null, "A secret for an authenticator app", EnrolTotp.Handle);
        signedIn.MapUseCase<ConfirmTotp.Response>("/auth/confirmTotp", null, "Turn the authenticator app on", ConfirmTotp.Handle);
        signedIn.MapUseCase<ConfirmTotp.Response>("/auth/renewRecoveryCodes", null, "New recovery codes in the place of all", RenewRecoveryCodes.Handle);
        signedIn.MapUseCase<NoPayload>("/auth/disableSecondFactor", null, "Turn the second factor off", DisableSecondFactor.Handle);
    }
}
