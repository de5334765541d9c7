using System.Text.Json.Serialization;
using ChaturMail.Api.Auth;
using ChaturMail.Api.Emails;
using ChaturMail.Api.Misc;
using ChaturMail.Api.Prompts;
using ChaturMail.Api.Tutorials;
using ChaturMail.Api.Users;

namespace ChaturMail.Api.Http;

/// <summary>Readers and writers of every request and answer, made by the compiler.</summary>
[JsonSourceGenerationOptions(System.Text.Json.JsonSerializerDefaults.Web)]
[JsonSerializable(typeof(NoFields))]
[JsonSerializable(typeof(Envelope<Nothing>))]
[JsonSerializable(typeof(GetJwtToken.Request))]
[JsonSerializable(typeof(Envelope<GetJwtToken.Response>))]
[JsonSerializable(typeof(Envelope<GetUserData.Response>))]
[JsonSerializable(typeof(GetAllPrompts.Request))]
[JsonSerializable(typeof(Envelope<GetAllPrompts.Response>))]
[JsonSerializable(typeof(Envelope<GetAllTutorials.Response>))]
[JsonSerializable(typeof(GenerateEmail.Request))]
[JsonSerializable(typeof(Envelope<GenerateEmail.Pending>))]
[JsonSerializable(typeof(Envelope<EmailItem>))]
[JsonSerializable(typeof(GetGeneratedEmails.Request))]
[JsonSerializable(typeof(DeleteGeneratedEmail.Request))]
[JsonSerializable(typeof(Envelope<DeleteGeneratedEmail.Response>))]
[JsonSerializable(typeof(Envelope<GetBannerImage.Response>))]
[JsonSerializable(typeof(SubmitFeedback.Request))]
internal sealed partial class ApiJsonContext : JsonSerializerContext;

/// <summary>The body of a request that has nothing to say: <c>{}</c>.</summary>
public sealed record NoFields;
