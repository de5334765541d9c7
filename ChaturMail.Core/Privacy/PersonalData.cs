namespace ChaturMail.Core.Privacy;

/// <summary>
/// Everything that the stores hold on a user, section by section: what <c>/user/exportData</c> gives, and under which names. A test walks
/// the tables and collections and fails when one that names a user is neither here nor excused.
/// </summary>
/// <remarks>Times are Unix seconds in an archive, whatever a store keeps; days are <c>yyyy-MM-dd</c>; money is billionths of a US dollar.</remarks>
public static class PersonalData
{
    /// <summary>The sections in the order of an archive. The first is the account; where the old backend made several, each is an item.</summary>
    public static readonly IReadOnlyList<PersonalSection> Sections =
    [
        new("account", "users", "uid", "id", "usermodels", "uid",
        [
            Text("id", "id", "_id"), Text("uid", "uid", "uid"), Text("email", "email", "email"),
            Flag("emailVerified", "email_verified", "emailVerified"), Text("name", "name", "name"),
            Text("picture", "picture", "picture"), Number("availableTokens", "available_tokens", "availableTokens"),
            Number("usedTokens", "used_tokens", "usedTokens"), Number("generatedEmailCount", "generated_email_count", "generatedEmailCount"),
            Text("loginMethod", "login_method", "loginMethod"), Seconds("signedInOn", "auth_time", "authTime"),
            Seconds("identityTokenExpires", "expires", "exp"), Time("createdOn", "created_on", "createdOn"), Time("updatedOn", "updated_on", "updatedOn"),
            Flag("disabled", "disabled", "disabled"), Flag("isAdmin", "is_admin", "isAdmin"), Time("tokensValidFrom", "tokens_valid_from", "tokensValidFrom"),
            Is(FieldKind.Present, "hasPushToken", "fcm_token", "fcmToken"),
        ]),
        new("sessions", "sessions", "user_id", "id", "usermodels", "uid",
        [
            Text("id", "id", "id"), Text("device", "device", "device"), Text("loginMethod", "login_method", "loginMethod"),
            Time("createdOn", "created_on", "createdOn"), Time("usedOn", "used_on", "usedOn"), Time("expires", "expires", "expires"),
            Flag("hasSecondFactor", "second_factor", "secondFactor"), Flag("noPush", "no_push", "noPush"),
        ]) { Within = "sessions" },
        new("endedTokens", "ended_tokens", "user_id", "id", "usermodels", "uid",
            [Text("id", "id", "id"), Time("expires", "expires", "expires")]) { Within = "endedTokens" },
        new("emails", "emails", "user_id", "id", "generatedemails", "userId",
        [
            Text("id", "id", "_id"), Text("promptId", "prompt_id", "promptId"), Text("subject", "subject", "subject"), Text("keywords", "keywords", "keywords"),
            Text("generatedEmail", "text", "generatedEmail"), Text("toEmail", "to_email", "toEmailId"), Number("coins", "coins", "tokens"),
            Seconds("createdOn", "created_on", "createdOn"), Text("model", "model", "model"), Text("note", "note", "note"), Json("options", "options", "options"),
            Json("usage", "usage", "usage"), Number("version", "version", "version"), Text("parentId", "parent_id", "parentId"),
            Text("rootId", "root_id", "rootId"), Text("original", "original", "original"), Seconds("editedOn", "edited_on", "editedOn"),
        ]),
        new("emailChains", "email_chains", "user_id", "root_id", "emailchains", "userId",
            [Text("rootId", "root_id", "_id.root"), Number("taken", "taken", "taken")]),
        new("jobs", "jobs", "user_id", "id", "generationjobs", "userId",
        [
            Text("id", "id", "_id"), Text("promptId", "prompt_id", "promptId"), Text("subject", "subject", "subject"), Text("keywords", "keywords", "keywords"),
            Text("toEmail", "to_email", "toEmailId"), Text("senderName", "sender_name", "senderName"), Number("coins", "coins", "tokens"),
            Time("acceptedOn", "accepted_at", "acceptedOn"), Choice("state", "state", "state", "queued", "done", "failed"),
            Text("failure", "failure", "failure"), Time("endedOn", "ended_at", "endedOn"), Flag("notify", "notify", "notify"), Json("options", "options", "options"),
            Json("rewrite", "rewrite", "rewrite"), Flag("streamed", "streamed", "streamed"), Number("version", "version", "version"),
            Text("parentId", "parent_id", "parentId"), Text("rootId", "root_id", "rootId"), Text("trace", "trace_parent", "traceParent"),
        ]),
        new("ownPrompts", "own_prompts", "user_id", "id", "ownprompts", "userId",
        [
            Text("id", "id", "_id"), Text("title", "title", "title"), Text("guidance", "guidance", "guidance"), Json("placeholders", "placeholders", "placeholders"),
            Json("example", "example", "example"), Seconds("createdOn", "created_on", "createdOn"), Seconds("updatedOn", "updated_on", "updatedOn"),
            Flag("deleted", "deleted", "deleted"),
        ]),
        new("feedback", "feedback", "user_id", "id", "feedbackmodels", "userId",
        [
            Text("id", "id", "_id"), Text("email", "email", "email"), Text("subject", "subject", "subject"), Text("message", "message", "message"),
            Time("createdOn", "created_on", "createdOn"),
        ]),
        new("coinMovements", "coin_ledger", "user_id", "sequence", "coinledger", "userId",
        [
            Choice("kind", "kind", "kind", "opening", "grant", "reserve", "settle", "refund", "purchase", "reward"),
            Number("coins", "coins", "coins"), Number("spent", "spent", "spent"), Text("reference", "reference", "reference"), Time("at", "at", "at"),
        ]),
        new("spending", "model_budgets", "user_id", "day", "modelspending", "userId",
            [Is(FieldKind.Day, "day", "day", "day"), Number("nanoUsd", "nano_usd", "nanoUsd")]),
        new("comparisons", "comparisons", "user_id", "email_id", "comparisons", "userId",
        [
            Text("emailId", "email_id", "_id"), Time("comparedOn", "compared_at", "comparedOn"), Text("model", "model", "first.model"),
            Number("nanoUsd", "nano_usd", "first.nanoUsd"), Number("milliseconds", "milliseconds", "first.milliseconds"), Number("words", "words", "first.words"),
            Text("secondModel", "second_model", "second.model"), Number("secondNanoUsd", "second_nano_usd", "second.nanoUsd"),
            Number("secondMilliseconds", "second_milliseconds", "second.milliseconds"), Number("secondWords", "second_words", "second.words"),
            Text("secondText", "second_text", "secondText"),
        ]),
        new("idempotencyKeys", "idempotency_keys", "user_id", "key", "idempotencykeys", "userId",
            [Text("key", "key", "_id.key"), Text("jobId", "job_id", "job"), Time("claimedOn", "claimed_at", "claimedOn")]),
        new("auditLines", "audit", "target", "id", "auditlog", "target",
            [Time("at", "at", "at"), Text("action", "action", "action"), Text("details", "details", "details")]),
        new("localAccount", "local_accounts", "user_id", "user_id", "localaccounts", "userId",
        [
            Text("email", "email", "_id"), Text("name", "name", "name"), Time("createdOn", "created_on", "createdOn"),
            Time("verifiedOn", "verified_on", "verifiedOn"), Is(FieldKind.Present, "hasPassword", "password_hash", "passwordHash"),
        ]),
        new("secondFactor", "second_factors", "user_id", "user_id", "secondfactors", "userId",
        [
            Flag("email", "email", "email"), Is(FieldKind.Present, "hasTotp", "totp", "totp"),
            Is(FieldKind.Present, "hasPendingTotp", "pending_totp", "pendingTotp"), Number("lastStep", "last_step", "lastStep"),
            Is(FieldKind.Present, "hasVerifiedAddress", "verified_address", "verifiedAddress"),
        ]),
    ];

    private static PersonalField Is(FieldKind kind, string name, string column, string field) => new(name, kind, column, field);

    private static PersonalField Text(string name, string column, string field) => Is(FieldKind.Text, name, column, field);

    private static PersonalField Number(string name, string column, string field) => Is(FieldKind.Number, name, column, field);

    private static PersonalField Flag(string name, string column, string field) => Is(FieldKind.Flag, name, column, field);

    private static PersonalField Seconds(string name, string column, string field) => Is(FieldKind.Seconds, name, column, field);

    private static PersonalField Time(string name, string column, string field) => Is(FieldKind.Time, name, column, field);

    private static PersonalField Json(string name, string column, string field) => Is(FieldKind.Json, name, column, field);

    private static PersonalField Choice(string name, string column, string field, params string[] choices) =>
        Is(FieldKind.Choice, name, column, field) with { Choices = choices };
}

/// <summary>One kind of record that a user has, and where each store keeps it.</summary>
/// <param name="Name">Name in an archive.</param>
/// <param name="Table">Table of the embedded database.</param>
/// <param name="OwnerColumn">Its column with the uid.</param>
/// <param name="KeyColumn">Its column that tells a user's rows apart, by which they are paged.</param>
/// <param name="Collection">Collection of MongoDB.</param>
/// <param name="OwnerField">Its field with the uid.</param>
/// <param name="Fields">What an archive shows.</param>
public sealed record PersonalSection(
    string Name, string Table, string OwnerColumn, string KeyColumn, string Collection, string OwnerField, IReadOnlyList<PersonalField> Fields)
{
    /// <summary>The list within the collection's documents that holds the records; null where each document is one.</summary>
    public string? Within { get; init; }
}

/// <summary>A field of a record.</summary>
/// <param name="Name">Name in an archive.</param>
/// <param name="Kind">How it is stored and shown.</param>
/// <param name="Column">Column of the embedded database.</param>
/// <param name="Field">Field in MongoDB, with dots for one within another.</param>
public sealed record PersonalField(string Name, FieldKind Kind, string Column, string Field)
{
    /// <summary>Words for the stored numbers of a <see cref="FieldKind.Choice"/>.</summary>
    public IReadOnlyList<string> Choices { get; init; } = [];
}

/// <summary>How a field is stored, and shown in an archive.</summary>
public enum FieldKind
{
    /// <summary>Text.</summary>
    Text,

    /// <summary>A whole number.</summary>
    Number,

    /// <summary>Yes or no.</summary>
    Flag,

    /// <summary>Stored as Unix seconds.</summary>
    Seconds,

    /// <summary>Stored as Unix milliseconds or a date, shown as Unix seconds.</summary>
    Time,

    /// <summary>Stored as the number of a day, shown as <c>yyyy-MM-dd</c>.</summary>
    Day,

    /// <summary>Stored as JSON, shown as what it is.</summary>
    Json,

    /// <summary>Stored as a number, shown as a word.</summary>
    Choice,

    /// <summary>A secret: shown is whether there is one.</summary>
    Present,
}
