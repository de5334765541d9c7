using ChaturMail.Api.Http;
using ChaturMail.Core.Attachments.Folder;
using Microsoft.AspNetCore.Cors.Infrastructure;
using Microsoft.AspNetCore.Http.Timeouts;

namespace ChaturMail.Api.Attachments;

/// <summary>Routes of attachments and avatars.</summary>
public static class AttachmentRoutes
{
    private const string CorsPolicy = "files";

    // A photo over a slow line; one that sends nothing at all is cut off by the server long before.
    private static readonly RequestTimeoutPolicy UploadTime = new()
    {
        Timeout = TimeSpan.FromMinutes(5),
        TimeoutStatusCode = ApiError.RequestTimeout.Status,
        WriteTimeoutResponse = context => Reply.WriteErrorAsync(context, ApiError.RequestTimeout),
    };

    /// <summary>Adds what the routes need.</summary>
    public static void AddAttachments(this WebApplicationBuilder builder)
    {
        // The origins of the API, with the method that writes a file.
        builder.Services.PostConfigure<CorsOptions>(cors => cors.AddPolicy(CorsPolicy, policy => policy
            .WithOrigins([.. cors.GetPolicy(cors.DefaultPolicyName)?.Origins ?? []]).WithMethods("GET", "PUT").AllowAnyHeader().SetPreflightMaxAge(TimeSpan.FromHours(1))));
    }

    /// <summary>Declares the routes.</summary>
    public static void MapAttachments(this RouteGroupBuilder signedIn)
    {
        signedIn.MapUseCase<CreateUpload.Response>("/attachment/createUpload", null, "Announce a picture, and get the address to upload it to", CreateUpload.Handle);
        signedIn.MapUseCase<UploadItem>("/attachment/finishUpload", null, "Check a picture that was uploaded", FinishUpload.Handle);
        signedIn.MapUseCase<UploadItem>("/attachment/getUploads", null, "The user's uploads", GetUploads.Handle);
        signedIn.MapUseCase<NoPayload>("/attachment/deleteUpload", null, "Delete an upload that is used for nothing", DeleteUpload.Handle);
        signedIn.MapUseCase<GetUrl.Response>("/attachment/getUrl", null, "The address of a picture, good for a minute", GetUrl.Handle);
        signedIn.MapUseCase<NoPayload>("/user/setAvatar", null, "Make an upload the picture that others see of the user", SetAvatar.Handle);
        signedIn.MapUseCase<NoPayload>("/user/removeAvatar", null, "Take away the user's picture", RemoveAvatar.Handle);
        signedIn.MapUseCase<GetAvatars.Response>("/user/getAvatars", null, "The pictures of people whom the user meets", GetAvatars.Handle);
    }

    /// <summary>Declares the files themselves, where they are in a folder: no part of the API, for their addresses say who may.</summary>
    public static void MapFiles(this WebApplication app)
    {
        const string pattern = FileAddress.Prefix + "{folder}/{name}";
        app.MapGet(pattern, Files.GetAsync).RequireCors(CorsPolicy).WithRequestTimeout(UploadTime).ExcludeFromDescription();
        app.MapPut(pattern, Files.PutAsync).RequireCors(CorsPolicy).WithRequestTimeout(UploadTime).ExcludeFromDescription();
    }
}
