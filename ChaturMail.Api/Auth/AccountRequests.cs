using ChaturMail.Api.Http;
using ChaturMail.Core.Identity.Local;

namespace ChaturMail.Api.Auth;

/// <summary>
/// What the routes of accounts with a password have in common: a limit for each client's address, the reading of their fields, and the
/// answers. The limits for each account are those of codes and of tries to sign in.
/// </summary>
public sealed class AccountRequests(RequestLimits limits) : IEndpointFilter
{
    /// <inheritdoc/>
    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next) =>
        await limits.CountAccountAsync(ServerLimits.KeyOf(context.HttpContext.Connection.RemoteIpAddress)) is { } tooMany
            ? Reply.Error(tooMany) : await next(context);

    /// <summary>Reads an address in the one form in which accounts have it.</summary>
    internal static string Email(Check check, string? value)
    {
        var text = check.Required("email", value, Limits.EmailAddress);
        if (check.Failure is null && !LocalAccount.TryNormalize(text, out text)) check.Fail("The field 'email' must be an email address.");
        return text;
    }

    /// <summary>Reads a password in NFC. It is not trimmed, and may hold anything.</summary>
    internal static string Password(Check check, string field, string? value)
    {
        if (string.IsNullOrEmpty(value)) check.Fail($"The field '{field}' is required.");
        // The limit first: a text of any length is not normalised.
        else if (value.Length > 2 * Limits.Password || PasswordRules.Normalize(value) is not { } password) check.Fail(TooLong(field));
        else if (password.Length > Limits.Password) check.Fail(TooLong(field));
        else return password;
        return "";
    }

    /// <summary>Reads a code of six digits.</summary>
    internal static string Code(Check check, string? value)
    {
        var code = check.Required("code", value, Limits.Code, Limits.Code);
        if (check.Failure is null && !code.All(char.IsAsciiDigit)) check.Fail($"The field 'code' must be {Limits.Code} digits.");
        return code;
    }

    /// <summary>The answer to a result that is no success of the route's own.</summary>
    internal static IResult Refusal(AccountResult result) => result switch
    {
        AccountResult.WeakPassword weak => Reply.Error(ApiError.WeakPassword, weak.Sentence),
        AccountResult.WrongCredentials => Reply.Error(ApiError.InvalidCredentials),
        AccountResult.NotVerified => Reply.Error(ApiError.EmailNotVerified),
        AccountResult.WrongCode => Reply.Error(ApiError.InvalidCode),
        AccountResult.Locked locked => Reply.Error(
            ApiError.TooManyRequests with { RetryAfter = (int)Math.Ceiling(locked.Wait.TotalSeconds) },
            "Too many tries to sign in. Please wait, or set another password by email."),
        AccountResult.Busy => Reply.Error(ApiError.Busy, "Very many people are signing in right now. Please try again in a moment."),
        _ => throw new InvalidOperationException($"The accounts answered with {result.GetType().Name}."),
    };

    private static string TooLong(string field) => $"The field '{field}' must be a text of at most {Limits.Password} characters.";
}
