namespace ChaturMail.Core.Language;

/// <summary>The models that a request may ask for by name.</summary>
/// <param name="Names">As the configuration names them, the preferred one first.</param>
public sealed record ModelNames(IReadOnlyList<string> Names);
