using ChaturMail.Api.Http;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace ChaturMail.Tests.Support;

/// <summary>The endpoints that the Api declares.</summary>
internal static class ApiRoutes
{
    public static IReadOnlyList<RouteEndpoint> Endpoints(WebApplication app) =>
        app.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>().ToList();

    /// <summary>The paths of all API routes, second names included.</summary>
    public static IReadOnlyList<string> All(WebApplication app) =>
        Endpoints(app).Where(e => e.Metadata.GetMetadata<ApiRoute>() is not null).Select(e => e.RoutePattern.RawText!).ToList();
}
