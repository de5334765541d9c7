using ChaturMail.Api.Http;

namespace ChaturMail.Api.Tutorials;

/// <summary>Lists the tutorials, in their order.</summary>
public static class GetAllTutorials
{
    /// <summary>A tutorial as the app reads it.</summary>
    public sealed record Response(string Title, string HtmlContent, long UpdatedOn);

    /// <summary>Handles the request.</summary>
    public static IResult Handle(NoFields? request, OfferedTutorials tutorials) => Reply.List(
        "Tutorials.", tutorials.Current.All.Select(t => new Response(t.Title, t.HtmlContent, t.UpdatedOn)).ToList());
}
