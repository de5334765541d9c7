using System.Buffers;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using ChaturMail.Api.Http;
using ChaturMail.Core.Privacy;
using ChaturMail.Core.Storage;
using Microsoft.Net.Http.Headers;

namespace ChaturMail.Api.Users;

/// <summary>
/// Everything that is held on the user, in one archive: the answer's only item has a list for each section of <see cref="PersonalData"/>.
/// Written as it is read, so that a long history takes little memory here.
/// </summary>
public static class ExportData
{
    // What waits for the client to read, at most about so much.
    private const int MostUnsent = 64 * 1024;

    /// <summary>Handles the request.</summary>
    public static async Task<IResult> Handle(
        NoFields? request, SessionUser session, IPersonalDataStore store, IEnumerable<IPersonalContent> contents, RequestLimits limits, TimeProvider time, CancellationToken cancellation)
    {
        if (await limits.CountExportAsync(session.Account.Uid) is { } tooMany) return Reply.Error(tooMany);
        // Read before anything is answered: a store that is away is still a failure that can be told.
        var account = new List<JsonObject>();
        await foreach (var item in store.ReadAsync(PersonalData.Sections[0], session.Account.Uid, cancellation)) account.Add(item);
        return account.Count == 0 ? Reply.Error(ApiError.NotAuthenticated) : new Archive(store, contents, session.Account.Uid, account, time.GetUtcNow());
    }

    private sealed class Archive(
        IPersonalDataStore store, IEnumerable<IPersonalContent> contents, string uid, IReadOnlyList<JsonObject> account, DateTimeOffset now) : IResult
    {
        public async Task ExecuteAsync(HttpContext httpContext)
        {
            var response = httpContext.Response;
            response.ContentType = Reply.ContentType;
            response.Headers[HeaderNames.ContentDisposition] = string.Create(
                CultureInfo.InvariantCulture, $"attachment; filename=\"chaturmail-export-{now:yyyy-MM-dd}.json\"");
            response.Headers.CacheControl = "no-store";
            // Not the answer's own buffer: what is in there when a read fails would stand before the words of the failure.
            var unsent = new ArrayBufferWriter<byte>(2 * MostUnsent);
            using var json = new Utf8JsonWriter(unsent, ApiJson.WriterOptions);
            json.WriteStartObject();
            json.WriteNumber("status", 1);
            json.WriteString("message", "Everything that is held about you.");
            json.WriteStartArray("payload");
            json.WriteStartObject();
            json.WriteNumber("exportedOn", now.ToUnixTimeSeconds());
            json.WriteStartArray(PersonalData.Sections[0].Name);
            foreach (var item in account) item.WriteTo(json);
            json.WriteEndArray();
            var stop = httpContext.RequestAborted;
            var sections = PersonalData.Sections.Skip(1).Select(section => (section.Name, Items: store.ReadAsync(section, uid, stop)));
            foreach (var (name, items) in sections.Concat(contents.Select(content => (content.Section, Items: content.ExportAsync(uid, stop)))))
            {
                json.WriteStartArray(name);
                await foreach (var item in items)
                {
                    item.WriteTo(json);
                    if (unsent.WrittenCount + json.BytesPending >= MostUnsent) await SendAsync(response, json, unsent);
                }

                json.WriteEndArray();
            }

            json.WriteEndObject();
            json.WriteEndArray();
            json.WriteEndObject();
            await SendAsync(response, json, unsent);
        }

        private static async Task SendAsync(HttpResponse response, Utf8JsonWriter json, ArrayBufferWriter<byte> unsent)
        {
            json.Flush();
            await response.BodyWriter.WriteAsync(unsent.WrittenMemory, response.HttpContext.RequestAborted);
            unsent.ResetWrittenCount();
        }
    }
}
