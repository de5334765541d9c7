using ChaturMail.Api.Http;
using ChaturMail.Core.Conversations;

namespace ChaturMail.Api.Conversations;

/// <summary>Routes of conversations and their messages.</summary>
public static class ConversationRoutes
{
    /// <summary>Adds what the routes need.</summary>
    public static void AddConversations(this WebApplicationBuilder builder) => builder.Services.AddSingleton<MessageItems>().AddSingleton<ConversationItems>();

    /// <summary>Declares the routes.</summary>
    public static void MapConversations(this RouteGroupBuilder signedIn)
    {
        signedIn.MapUseCase<ConversationItem>("/conversation/openDirect", null, "The conversation with another person", OpenDirect.Handle);
        signedIn.MapUseCase<ConversationItem>("/conversation/createGroup", null, "Make a group", CreateGroup.Handle);
        signedIn.MapUseCase<ConversationItem>("/conversation/getConversations", null, "One's conversations, the newest message first", GetConversations.Handle);
        signedIn.MapUseCase<ConversationItem>("/conversation/getConversation", null, "A conversation with its members and their positions", GetConversation.Handle);
        signedIn.MapUseCase<ConversationItem>("/conversation/renameGroup", null, "Rename a group", RenameGroup.Handle);
        signedIn.MapUseCase<ConversationItem>("/conversation/addMembers", null, "Add people to a group", AddMembers.Handle);
        signedIn.MapUseCase<NoPayload>("/conversation/removeMember", null, "Take a member out of a group", RemoveMember.Handle);
        signedIn.MapUseCase<NoPayload>("/conversation/leaveGroup", null, "Leave a group", LeaveGroup.Handle);
        signedIn.MapUseCase<ConversationItem>("/conversation/setGroupAdmin", null, "Make a member an admin, or no longer", SetGroupAdmin.Handle);
        signedIn.MapUseCase<NoPayload>("/conversation/deleteGroup", null, "Delete a group", DeleteGroup.Handle);
        signedIn.MapUseCase<Sync.Response>("/conversation/sync", null, "What was missed", Sync.Handle, ownTime: true);
        signedIn.MapUseCase<Acknowledge.Response>("/conversation/acknowledge", null, "How far one has come", Acknowledge.Handle);
        signedIn.MapUseCase<NoPayload>("/conversation/typing", null, "Tell that one is typing", Typing.Handle);
        signedIn.MapUseCase<MessageJson>("/message/sendMessage", null, "Send a message", SendMessage.Handle);
        signedIn.MapUseCase<MessageJson>("/message/editMessage", null, "Change a message of one's own", EditMessage.Handle);
        signedIn.MapUseCase<MessageJson>("/message/deleteMessage", null, "Delete a message", DeleteMessage.Handle);
        signedIn.MapUseCase<MessageJson>("/message/getMessages", null, "Messages of a conversation", GetMessages.Handle);
        signedIn.MapUseCase<MessageJson>("/message/getMessage", null, "One message", GetMessage.Handle);
        signedIn.MapUseCase<MessageJson>("/message/searchMessages", null, "Messages that hold a text", SearchMessages.Handle);
    }
}
