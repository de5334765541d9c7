using Microsoft.AspNetCore.Http.Metadata;

namespace ChaturMail.Api.Http;

/// <summary>How the API's routes are declared: policy once for all of them, and the second name that some have.</summary>
public static class RouteExtensions
{
    /// <summary>The group of all API routes. Those of the second part want a signed-in user, those of the third an operator.</summary>
    public static (RouteGroupBuilder Open, RouteGroupBuilder SignedIn, RouteGroupBuilder Admin) MapApi(this IEndpointRouteBuilder routes)
    {
        var open = routes.MapGroup("").WithMetadata(new ApiRoute());
        ((IEndpointConventionBuilder)open).Finally(TakeEncryptedBodies);
        var signedIn = open.MapGroup("").WithMetadata(new SessionRequired());
        return (open, signedIn, signedIn.MapGroup("").WithMetadata(new AdminRequired()));
    }

    /// <summary>Declares a use case under the app's name for it and, where it has one, its second name.</summary>
    /// <param name="ownTime">True when the use case bounds its time itself, and the server's time-out would end what is meant to last.</param>
    public static void MapUseCase<TPayload>(
        this RouteGroupBuilder group, string route, string? second, string summary, Delegate handler, bool ownTime = false)
    {
        foreach (var name in second is null ? [route] : new[] { route, second })
        {
            var declared = group.MapPost(name, handler).WithSummary(summary).WithTags(route.Split('/')[1]).Produces<Envelope<TPayload>>();
            if (ownTime) declared.DisableRequestTimeout();
        }
    }

    // Routing refuses a media type that the route does not name, before EncryptionMiddleware could make JSON of the body.
    private static void TakeEncryptedBodies(EndpointBuilder endpoint)
    {
        if (endpoint.Metadata.OfType<IAcceptsMetadata>().LastOrDefault() is not { } plain) return;
        endpoint.Metadata.Add(new AcceptsMetadata([.. plain.ContentTypes, EncryptedAnswer.ContentType], plain.RequestType, plain.IsOptional));
    }
}
