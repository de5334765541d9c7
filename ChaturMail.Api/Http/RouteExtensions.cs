using System.Net.Mime;
using System.Reflection;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.Mvc;

namespace ChaturMail.Api.Http;

/// <summary>How the API's routes are declared: policy once for all of them, and the second name that some have.</summary>
public static class RouteExtensions
{
    private static readonly Type[] GivenTypes = [typeof(HttpContext), typeof(HttpRequest), typeof(HttpResponse), typeof(SessionUser), typeof(CancellationToken)];

    /// <summary>The group of all API routes. Those of the second part want a signed-in user, those of the third an operator.</summary>
    public static (RouteGroupBuilder Open, RouteGroupBuilder SignedIn, RouteGroupBuilder Admin) MapApi(this IEndpointRouteBuilder routes)
    {
        var open = routes.MapGroup("").WithMetadata(new ApiRoute());
        var signedIn = open.MapGroup("").WithMetadata(new SessionRequired());
        return (open, signedIn, signedIn.MapGroup("").WithMetadata(new AdminRequired()));
    }

    /// <summary>Declares a use case under the app's name for it and, where it has one, its second name.</summary>
    /// <param name="ownTime">True when the use case bounds its time itself, and the server's time-out would end what is meant to last.</param>
    public static void MapUseCase<TPayload>(
        this RouteGroupBuilder group, string route, string? second, string summary, Delegate handler, bool ownTime = false)
    {
        var services = ((IEndpointRouteBuilder)group).ServiceProvider;
        // The framework compiles a handler when the routes are built, which it does twice: half of all that a start costs. The first request is early enough.
        var compiled = new Lazy<RequestDelegate>(
            () => RequestDelegateFactory.Create(handler, new RequestDelegateFactoryOptions { ServiceProvider = services, ThrowOnBadRequest = true }).RequestDelegate);
        RequestDelegate handle = context => compiled.Value(context);
        foreach (var name in second is null ? [route] : new[] { route, second })
        {
            var declared = group.MapPost(name, handle).WithSummary(summary).WithTags(route.Split('/')[1])
                .WithMetadata(handler.Method, new ProducesResponseTypeMetadata(StatusCodes.Status200OK, typeof(Envelope<TPayload>), [MediaTypeNames.Application.Json]));
            if (BodyOf(handler.Method, services) is { } body) declared.WithMetadata(body);
            if (ownTime) declared.DisableRequestTimeout();
        }
    }

    // As the framework finds it: the parameter that nothing but the body can give.
    private static AcceptsMetadata? BodyOf(MethodInfo handler, IServiceProvider services)
    {
        var known = services.GetRequiredService<IServiceProviderIsService>();
        var body = handler.GetParameters().SingleOrDefault(parameter =>
            !GivenTypes.Contains(parameter.ParameterType) && !known.IsService(parameter.ParameterType) && !parameter.IsDefined(typeof(FromServicesAttribute)));
        return body is null ? null : new AcceptsMetadata(
            [MediaTypeNames.Application.Json, EncryptedAnswer.ContentType], body.ParameterType, new NullabilityInfoContext().Create(body).ReadState == NullabilityState.Nullable);
    }
}
