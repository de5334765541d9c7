using System.Collections.Concurrent;
using ChaturMail.Core.Accounts;
using ChaturMail.Core.Language;
using ChaturMail.Core.Language.Routing;
using ChaturMail.Core.Queue;
using ChaturMail.Core.Queue.Embedded;
using ChaturMail.Core.Realtime;
using ChaturMail.Core.Storage.Sqlite;
using ChaturMail.Core.Translation;
using ChaturMail.Tests.Contracts;
using Microsoft.Extensions.Logging.Abstractions;

namespace ChaturMail.Tests.Support;

/// <summary>Readers, messages, a store and a worker's translator with a model by script, in the test's own process and at its own time.</summary>
internal sealed class TranslationDesk : IAsyncDisposable
{
    private readonly SqliteFixture _stores = new();

    public TranslationDesk(params ModelAnswer[] answers)
    {
        Model = new ScriptedModel(answers.Length > 0 ? answers : [Text("Wir sehen uns morgen um zehn.")]);
        Store = new SqliteDocumentStore(_stores.Database);
        Preferences = new PreferencesService(Store, Time);
        Outcomes = new EmbeddedOutcomeChannel(_stores.Jobs, TimeProvider.System, TimeSpan.FromSeconds(1), NullLogger<EmbeddedOutcomeChannel>.Instance);
    }

    public ManualTimeProvider Time { get; } = new(1_800_000_000);

    public TranslationOptions Options { get; } = new() { Wait = TimeSpan.Zero };

    public ScriptedModel Model { get; }

    public SqliteDocumentStore Store { get; }

    public PreferencesService Preferences { get; }

    public IOutcomeChannel Outcomes { get; }

    public FakeTexts Texts { get; } = new();

    public Told Channel { get; } = new();

    public bool HasModel { get; init; } = true;

    public TranslationService Service => field ??= new TranslationService(
        Store, new ModelCatalog(HasModel ? [new ProviderOptions { ApiKey = "k" }] : [], new RouteOptions()), Outcomes, Preferences, Options, Time,
        NullLogger<TranslationService>.Instance);

    public Translator Translator => field ??= new Translator(
        Store, Model, new TranslationSources([Texts]), Outcomes, Options, Time, NullLogger<Translator>.Instance, Channel);

    public TranslationContent Content => field ??= new TranslationContent(Store, Options, Time);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static ModelAnswer.Written Text(string text) => new(text, "scripted", 10, 10, null);

    /// <summary>A reader asks for a message, which stands there with this text.</summary>
    public Task<TranslationAnswer> AskAsync(string uid, string message, string language = "de") =>
        Service.RequestAsync(new TranslationReader(uid, MessageTexts.Name, message), Texts.Of(message), language, Cancellation);

    /// <summary>A worker does everything that is due now.</summary>
    public async Task<int> WorkAsync()
    {
        var done = 0;
        while (await Translator.TakeAsync(10, Cancellation) is { Count: > 0 } tasks)
        {
            foreach (var task in tasks) await Translator.RunAsync(task, Cancellation);
            done += tasks.Count;
        }

        return done;
    }

    /// <summary>Everything that is kept of a kind, as it is stored.</summary>
    public async Task<string> StoredAsync(string kind, string key) =>
        string.Join('\n', (await Store.ListAsync(kind, key, true, 100, null, Cancellation)).Select(document => document.Data + string.Join(' ', document.Keys)));

    public ValueTask DisposeAsync() => _stores.DisposeAsync();

    /// <summary>Messages by id, and who may not see them.</summary>
    public sealed class FakeTexts : ITranslationSource
    {
        private readonly ConcurrentDictionary<string, string> _texts = new();
        private readonly ConcurrentDictionary<(string, string), bool> _hidden = new();

        public string Kind => MessageTexts.Name;

        public void Put(string id, string text) => _texts[id] = text;

        public void Remove(string id) => _texts.TryRemove(id, out _);

        public void Hide(string id, string uid) => _hidden[(id, uid)] = true;

        public string Of(string id) => _texts[id];

        public Task<IReadOnlyList<string>> FindAsync(string reference, string uid, CancellationToken cancellation) => Task.FromResult<IReadOnlyList<string>>(
            _texts.TryGetValue(reference, out var text) && !_hidden.ContainsKey((reference, uid)) ? [text] : []);
    }

    /// <summary>What was told, and to whom.</summary>
    public sealed class Told : IUserChannel
    {
        private readonly ConcurrentQueue<(string Uid, string Type, string Data)> _told = new();

        public IReadOnlyList<(string Uid, string Type, string Data)> All => [.. _told];

        public Task<IReadOnlyList<string>> TellAsync(IReadOnlyCollection<string> uids, UserUpdate update, CancellationToken cancellation)
        {
            foreach (var uid in uids) _told.Enqueue((uid, update.Type, update.Data));
            return Task.FromResult<IReadOnlyList<string>>([]);
        }
    }
}
