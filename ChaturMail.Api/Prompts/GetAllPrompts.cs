using System.Collections.Concurrent;
using System.Text.Json;
using ChaturMail.Api.Http;
using ChaturMail.Core.Prompts;

namespace ChaturMail.Api.Prompts;

/// <summary>Lists the templates and the user's own prompts, all of them or those that changed since the app last asked.</summary>
public static class GetAllPrompts
{
    /// <param name="UpdatedAfter">Unix seconds; only templates that changed later are listed.</param>
    public sealed record Request(double? UpdatedAfter);

    /// <summary>A template as the app reads it.</summary>
    public sealed record Response(
        string Id, string Title, string Slug, int MaxTokens, string ShortDescription, string IconUrl, string Description, long UpdatedOn);

    /// <summary>Handles the request.</summary>
    public static async Task<IResult> Handle(
        Request? request, SessionUser session, Gallery gallery, PromptLibrary prompts, HttpRequest http, CancellationToken cancellation)
    {
        var after = request?.UpdatedAfter;
        // Nearly everybody: the list that is written already.
        if (!session.Account.HasOwnPrompts && after is null) return gallery.All(http);
        var own = session.Account.HasOwnPrompts ? await prompts.ListOwnAsync(session.Account.Uid, cancellation) : [];
        return Reply.List("Email templates.", gallery.ChangedAfter(after ?? double.NegativeInfinity, own, http));
    }

    /// <summary>
    /// The list in its wire form, which is the same for everybody who reached the server under the same name: icons have absolute addresses.
    /// </summary>
    public sealed class Gallery(PromptCatalog catalog, IConfiguration configuration)
    {
        // Names come from the Host header: whoever makes them up must not fill the memory.
        private const int MostNames = 16;

        private readonly string? _publicUrl = configuration["PUBLIC_URL"]?.TrimEnd('/') is { Length: > 0 } url ? url : null;
        private readonly ConcurrentDictionary<string, byte[]> _byName = new();

        /// <summary>All templates.</summary>
        public IResult All(HttpRequest http)
        {
            var name = Name(http);
            if (!_byName.TryGetValue(name, out var bytes))
            {
                bytes = JsonSerializer.SerializeToUtf8Bytes(
                    new Envelope<Response>(1, "Email templates.", catalog.All.Select(p => Shape(p, name)).ToList()), ApiJson.Options);
                if (_byName.Count < MostNames) _byName.TryAdd(name, bytes);
            }

            return Results.Bytes(bytes, Reply.ContentType);
        }

        /// <summary>The templates and after them the user's own prompts that changed after a moment, Unix seconds.</summary>
        public IReadOnlyList<Response> ChangedAfter(double moment, IReadOnlyList<PromptTemplate> own, HttpRequest http) =>
            catalog.All.Concat(own).Where(p => p.UpdatedOn > moment).Select(p => Shape(p, Name(http))).ToList();

        private string Name(HttpRequest http) => _publicUrl ?? (http.Host.HasValue ? $"{http.Scheme}://{http.Host.Value}" : "");

        private static Response Shape(PromptTemplate p, string name) => new(
            p.Id, p.Title, p.Slug, p.Coins, p.ShortDescription, $"{name}/icons/{p.Slug}.svg", p.Description, p.UpdatedOn);
    }
}
