using ChaturMail.Api.Http;
using ChaturMail.Core.Language.Routing;

namespace ChaturMail.Api.Misc;

/// <summary>Lists the models that a request may name.</summary>
public static class GetModels
{
    /// <param name="Name">What to send as <c>model</c>.</param>
    /// <param name="Model">The model's own name.</param>
    /// <param name="IsDefault">True for the one that is asked first where a request names none.</param>
    public sealed record Response(string Name, string Model, bool IsDefault);

    /// <summary>Handles the request.</summary>
    public static IResult Handle(NoFields? request, ModelCatalog models) =>
        Reply.List("Models.", models.All.Select(model => new Response(model.Name, model.Model, model.IsDefault)).ToList());
}
