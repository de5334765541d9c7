using System.Collections.Concurrent;
using System.Collections.Frozen;
using System.Text.Json;
using System.Text.Json.Serialization;
using ChaturMail.Api.Http;
using ChaturMail.Core.Prompts;

namespace ChaturMail.Api.Prompts;

/// <summary>Lists the templates, the user's own prompts and those that are shared with them, all of them or those that changed since the app last asked.</summary>
public static class GetAllPrompts
{
    /// <param name="UpdatedAfter">Unix seconds; only templates that changed later are listed.</param>
    public sealed record Request(double? UpdatedAfter);

    /// <summary>A template as the app reads it.</summary>
    /// <param name="Withdrawn">True when nothing new is written with it; absent otherwise.</param>
    /// <param name="Placeholders">Of a prompt that another member shares, what a request gives values for; absent otherwise.</param>
    /// <param name="Party">In which party it is shared; absent for templates and own prompts.</param>
    public sealed record Response(
        string Id, string Title, string Slug, int MaxTokens, string ShortDescription, string IconUrl, string Description, long UpdatedOn,
        [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] bool Withdrawn = false,
        [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IReadOnlyList<string>? Placeholders = null,
        [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] PartyName? Party = null);

    /// <summary>A party of the user's.</summary>
    public sealed record PartyName(string Id, string Name);

    /// <summary>Handles the request.</summary>
    public static async Task<IResult> Handle(
        Request? request, SessionUser session, Gallery gallery, PromptLibrary prompts, HttpRequest http, CancellationToken cancellation)
    {
        var after = request?.UpdatedAfter;
        var shared = await prompts.ListSharedAsync(session.Account.Uid, cancellation);
        // Nearly everybody: the list that is written already.
        if (!session.Account.HasOwnPrompts && shared.Count == 0 && after is null) return gallery.All(http);
        var own = session.Account.HasOwnPrompts ? await prompts.ListOwnAsync(session.Account.Uid, cancellation) : [];
        return Reply.List("Email templates.", gallery.ChangedAfter(after ?? double.NegativeInfinity, [.. own, .. shared], http));
    }

    /// <summary>
    /// The list in its wire form, which is the same for everybody who reached the server under the same name: icons have absolute addresses.
    /// </summary>
    public sealed class Gallery
    {
        // Names come from the Host header: whoever makes them up must not fill the memory.
        private const int MostNames = 16;

        private readonly OfferedPrompts _prompts;
        private readonly PublicAddress _address;
        private readonly FrozenSet<string> _icons;
        private volatile Written _written;

        /// <summary>The gallery of the templates as they are at each request.</summary>
        public Gallery(OfferedPrompts prompts, PublicAddress address)
        {
            _prompts = prompts;
            _address = address;
            _icons = Directory.EnumerateFiles(Path.Combine(AppContext.BaseDirectory, "icons"), "*.svg")
                .Select(path => Path.GetFileNameWithoutExtension(path)).ToFrozenSet();
            _written = new Written(prompts.Current, []);
        }

        /// <summary>All templates.</summary>
        public IResult All(HttpRequest http)
        {
            var (current, name) = (_prompts.Current, Name(http));
            if (!ReferenceEquals(_written.Catalog, current)) _written = new Written(current, []);
            var written = _written;
            if (!written.ByName.TryGetValue(name, out var bytes))
            {
                bytes = JsonSerializer.SerializeToUtf8Bytes(
                    new Envelope<Response>(1, "Email templates.", written.Catalog.All.Select(p => Shape(p, name)).ToList()), ApiJson.Options);
                if (written.ByName.Count < MostNames) written.ByName.TryAdd(name, bytes);
            }

            return Results.Bytes(bytes, Reply.ContentType);
        }

        /// <summary>The templates and after them the user's own prompts, and those that others share, that changed after a moment, Unix seconds.</summary>
        public IReadOnlyList<Response> ChangedAfter(double moment, IReadOnlyList<PromptTemplate> own, HttpRequest http) =>
            _prompts.Current.All.Concat(own).Where(p => p.UpdatedOn > moment).Select(p => Shape(p, Name(http))).ToList();

        private string Name(HttpRequest http) => _address.Of(http);

        // Apps from before there was the field see it in the title.
        private Response Shape(PromptTemplate p, string name) => new(
            p.Id, p.IsWithdrawn ? $"{p.Title} (withdrawn)" : p.Title, p.Slug, p.Coins, p.ShortDescription,
            $"{name}/icons/{(_icons.Contains(p.Slug) ? p.Slug : OwnPrompt.Slug)}.svg", p.Description, p.UpdatedOn, p.IsWithdrawn,
            p.Sharing is null ? null : p.Placeholders, p.Sharing is { } sharing ? new PartyName(sharing.PartyId, sharing.PartyName) : null);

        private sealed record Written(PromptCatalog Catalog, ConcurrentDictionary<string, byte[]> ByName);
    }
}
