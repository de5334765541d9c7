namespace ChaturMail.Core.Identity;

/// <summary>Who may vouch for somebody who signs in here. What the check of ID tokens was chosen by, for whoever has to tell clients.</summary>
/// <param name="Development">True when <c>dev:</c> and any address will do: in Development, without a Firebase project.</param>
/// <param name="Passwords">True when the server keeps accounts with passwords of its own.</param>
/// <param name="FirebaseProject">The Firebase project, or null.</param>
/// <param name="FirebaseEmulator">Host and port of the Firebase Auth emulator that stands in for the project, or null.</param>
public sealed record IdentityProviders(bool Development, bool Passwords, string? FirebaseProject, string? FirebaseEmulator);
