using ChaturMail.Core.Codes;
using ChaturMail.Core.Mail;

namespace ChaturMail.Core.Identity.Local;

/// <summary>The texts of the mails about an account: the code, why it came, what to do when it was somebody else. Nothing of the user's.</summary>
internal static class AccountMails
{
    private static readonly int Minutes = (int)IOneTimeCodes.Lifetime.TotalMinutes;

    // A notice is worth reading later than a code is worth typing.
    private static readonly TimeSpan NoticeLifetime = TimeSpan.FromHours(1);

    public static MailMessage Verification(string to, string code, DateTimeOffset now) => new(
        to, $"{code} is your ChaturMail code",
        $"""
        Your code is {code}. It is good for {Minutes} minutes.

        Somebody, we hope you, registered this address with ChaturMail.
        Enter the code there, with the password that you chose.

        If it was not you, do nothing: without the code there is no account.
        Give the code to nobody.

        """, now + IOneTimeCodes.Lifetime);

    public static MailMessage AlreadyRegistered(string to, DateTimeOffset now) => new(
        to, "You have a ChaturMail account already",
        """
        Somebody, perhaps you, tried to register this address with ChaturMail.
        There is an account already, and nothing about it was changed.

        If it was you, sign in, or ask for another password there.
        If it was not you, there is nothing that you need to do.

        """, now + NoticeLifetime);

    public static MailMessage Reset(string to, string code, DateTimeOffset now) => new(
        to, $"{code} is your ChaturMail code",
        $"""
        Your code is {code}. It is good for {Minutes} minutes.

        Somebody, we hope you, asked for another password for ChaturMail.
        Enter the code there, and the new password.

        If it was not you, do nothing: your password stays as it is.
        Give the code to nobody.

        """, now + IOneTimeCodes.Lifetime);

    public static MailMessage PasswordChanged(string to, DateTimeOffset now) => new(
        to, "Your ChaturMail password was changed",
        """
        The password of your ChaturMail account was changed, and you were
        signed out on other devices.

        If it was not you, ask for another password in the app at once.

        """, now + NoticeLifetime);
}
