using System.Text.Json.Serialization;
using ChaturMail.Core.Emails;

namespace ChaturMail.Api.Emails;

/// <summary>An email as the app reads it. It looks for <c>id</c> in one place and for <c>_id</c> in another, so both are there.</summary>
/// <param name="Tokens">Coins that it cost.</param>
/// <param name="CreatedOn">Unix seconds.</param>
/// <param name="Version">mongoose's version key, always 0.</param>
/// <param name="Model">The model that wrote it; absent for emails of the old backend.</param>
public sealed record EmailItem(
    string Id, [property: JsonPropertyName("_id")] string DocumentId, string UserId, string PromptId, string Subject, string Keywords,
    string GeneratedEmail, string ToEmailId, int Tokens, long CreatedOn, [property: JsonPropertyName("__v")] int Version,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Model)
{
    /// <summary>The wire form of a stored email.</summary>
    public static EmailItem Of(StoredEmail email) => new(
        email.Id, email.Id, email.UserId, email.PromptId, email.Subject, email.Keywords, email.Text, email.ToEmail, email.Coins,
        email.CreatedOn, 0, email.Model);
}
