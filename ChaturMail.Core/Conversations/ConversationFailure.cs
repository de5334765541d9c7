namespace ChaturMail.Core.Conversations;

/// <summary>Why something in a conversation is not done. Stable codes.</summary>
public static class ConversationFailure
{
    /// <summary>There is none of this id for the user.</summary>
    public const string NotFound = "conversation_not_found";

    /// <summary>There is no message of this id for the user, or it is deleted.</summary>
    public const string MessageNotFound = "message_not_found";

    /// <summary>Nobody but the user is left in it.</summary>
    public const string Closed = "conversation_closed";

    /// <summary>It is not a group.</summary>
    public const string NotAGroup = "not_a_group";

    /// <summary>Only its admins may do this, or whoever wrote the message.</summary>
    public const string NotAllowed = "not_conversation_admin";

    /// <summary>The group has as many members as it may have.</summary>
    public const string GroupFull = "group_full";

    /// <summary>The user has made as many groups as they may, or somebody would be in more than they may.</summary>
    public const string TooManyGroups = "too_many_groups";

    /// <summary>There is no such person in it, or nobody whom the user knows.</summary>
    public const string UserNotFound = "user_not_found";
}
