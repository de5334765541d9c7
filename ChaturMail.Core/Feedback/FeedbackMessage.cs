namespace ChaturMail.Core.Feedback;

/// <summary>What a user wrote to the operators.</summary>
/// <param name="Id">The message's id.</param>
/// <param name="UserId">The writer's uid.</param>
/// <param name="Email">The writer's address.</param>
/// <param name="Subject">Subject.</param>
/// <param name="Message">Text.</param>
/// <param name="CreatedOn">Unix milliseconds.</param>
public sealed record FeedbackMessage(string Id, string UserId, string Email, string Subject, string Message, long CreatedOn);
