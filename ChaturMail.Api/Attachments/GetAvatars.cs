using ChaturMail.Api.Http;
using ChaturMail.Core.Attachments;

namespace ChaturMail.Api.Attachments;

/// <summary>Gives the addresses of people's pictures: of those who have one, and whom the user meets. Who is left out is one or the other.</summary>
public static class GetAvatars
{
    /// <param name="UserIds">Uids, at most 100.</param>
    public sealed record Request(IReadOnlyList<string?>? UserIds);

    /// <param name="UserId">Whose picture.</param>
    /// <param name="Id">The attachment's id, the same as long as the picture is: whoever keeps pictures knows it by this.</param>
    /// <param name="Url">Where to GET it; one that begins with a slash is the API's own.</param>
    /// <param name="ExpiresOn">When the address ends, Unix seconds.</param>
    public sealed record Response(string UserId, string Id, string Url, long ExpiresOn, string ContentType, int Width, int Height);

    /// <summary>Handles the request.</summary>
    public static async Task<IResult> Handle(
        Request request, SessionUser session, AvatarService avatars, AttachmentService attachments, CancellationToken cancellation)
    {
        var check = new Check();
        var asked = request.UserIds ?? [];
        if (asked.Count is 0 or > AvatarService.MostAtOnce) check.Fail($"The field 'userIds' must hold 1 to {AvatarService.MostAtOnce} ids.");
        else if (asked.Any(uid => string.IsNullOrEmpty(uid) || uid.Length > Limits.Uid)) check.Fail($"The field 'userIds' must hold ids of 1 to {Limits.Uid} characters.");
        if (check.Failure is { } failure) return failure;

        var found = await avatars.FindAsync(session.Account.Uid, [.. asked.Select(uid => uid!).Distinct()], cancellation);
        return Reply.List("Pictures of people.", [.. found.Select(pair => Item(pair.Key, pair.Value, attachments.SignDownload(pair.Value)))]);
    }

    private static Response Item(string uid, Attachment picture, SignedAddress address) => new(
        uid, picture.Id, address.Url, address.ExpiresOn.ToUnixTimeSeconds(), picture.ContentType, picture.Width, picture.Height);
}
