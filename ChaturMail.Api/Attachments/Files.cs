using System.Globalization;
using ChaturMail.Api.Http;
using ChaturMail.Core.Attachments;
using ChaturMail.Core.Attachments.Folder;
using Microsoft.AspNetCore.Http.Features;

namespace ChaturMail.Api.Attachments;

/// <summary>
/// The files of the folder, at addresses that were signed for one method, one object, one type, one size and one minute. Whatever is asked otherwise is
/// refused in the same words.
/// </summary>
internal static class Files
{
    public static async Task<IResult> GetAsync(HttpContext context, string folder, string name, IObjectStore objects)
    {
        if (Read(context, folder, name, objects) is not { } address || objects is not FolderObjectStore store) return Refuse();
        if (await store.OpenAsync(address.Key, context.RequestAborted) is not { } file) return Reply.Error(ApiError.NotFound);
        var headers = context.Response.Headers;
        headers.CacheControl = "private, max-age=60";
        // A picture and nothing else, wherever it is opened; drawn by pages of other origins, which only got the address from who may see it.
        headers.ContentSecurityPolicy = "default-src 'none'; sandbox; frame-ancestors 'none'";
        headers["Cross-Origin-Resource-Policy"] = "cross-origin";
        headers.ContentDisposition = $"inline; filename=\"{address.FileName}\"";
        return Results.Stream(file, address.ContentType);
    }

    public static async Task<IResult> PutAsync(HttpContext context, string folder, string name, IObjectStore objects)
    {
        if (Read(context, folder, name, objects) is not { } address || objects is not FolderObjectStore store) return Refuse();
        var request = context.Request;
        if (request.ContentLength != address.Bytes || request.ContentType != address.ContentType) return Refuse();
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } most) most.MaxRequestBodySize = address.Bytes;
        return await store.ReceiveAsync(address.Key, request.Body, address.Bytes, context.RequestAborted)
            ? Results.Ok() : Reply.Error(ApiError.UploadIncomplete);
    }

    private static IResult Refuse() => Reply.Error(ApiError.AddressNotValid);

    // What the query says is believed only when all of it is what was signed.
    private static FileAddress? Read(HttpContext context, string folder, string name, IObjectStore objects)
    {
        var query = context.Request.Query;
        if (query["expires"] is not [{ } expires] || query["type"] is not [{ } type] || query["bytes"] is not [{ } bytes]
            || query["name"] is not [{ } fileName] || query["signature"] is not [{ } signature]
            || !long.TryParse(expires, NumberStyles.None, CultureInfo.InvariantCulture, out var end)
            || !long.TryParse(bytes, NumberStyles.None, CultureInfo.InvariantCulture, out var size)) return null;
        var address = new FileAddress(context.Request.Method, $"{folder}/{name}", end, type, size, fileName);
        return objects is FolderObjectStore store && store.Allows(address, signature) ? address : null;
    }
}
