using ChaturMail.Api.Http;
using ChaturMail.Core.Conversations;

namespace ChaturMail.Api.Conversations;

/// <summary>Makes a group.</summary>
public static class CreateGroup
{
    /// <param name="Name">What its members call it.</param>
    /// <param name="UserIds">Who else is in it; people who share a party or a conversation with the user.</param>
    public sealed record Request(string? Name, IReadOnlyList<string?>? UserIds);

    /// <summary>Handles the request.</summary>
    public static async Task<IResult> Handle(
        Request request, SessionUser session, GroupService groups, ConversationItems items, RequestLimits limits, CancellationToken cancellation)
    {
        var check = new Check();
        var name = check.Visible("name", request.Name, Limits.GroupName);
        var users = ConversationFields.ReadUsers(check, "userIds", request.UserIds, Limits.MembersAtOnce);
        if (check.Failure is { } failure) return failure;
        if (await limits.CountGroupAsync(session.Account.Uid) is { } tooMany) return Reply.Error(tooMany);
        return await groups.CreateAsync(session.Account.Uid, name, users, cancellation) switch
        {
            ConversationResult.Done done => await items.ReplyAsync("The group was created.", done.Conversation.Id, session.Account.Uid, cancellation),
            var refused => ConversationFields.Refusal(refused),
        };
    }
}
