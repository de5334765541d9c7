using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;
using ChaturMail.Core.Privacy;
using ChaturMail.Core.Storage;

namespace ChaturMail.Core.Accounts;

/// <summary>What users have chosen for themselves: language, time zone, translation unasked.</summary>
public sealed class PreferencesService(IDocumentStore store, TimeProvider time) : IPersonalContent
{
    private readonly Documents<Preferences> _preferences = new(store, Preferences.Kind);

    /// <summary>A user's preferences; those of one who has chosen nothing, too.</summary>
    public async Task<Preferences> FindAsync(string uid, CancellationToken cancellation) =>
        await _preferences.FindAsync(Preferences.IdOf(uid), cancellation) ?? Preferences.None(uid);

    /// <summary>Changes them and gives them as they are then.</summary>
    /// <param name="choose">What becomes of them; may be asked several times.</param>
    public async Task<Preferences> ChangeAsync(string uid, Func<Preferences, Preferences> choose, CancellationToken cancellation)
    {
        while (true)
        {
            var changed = await _preferences.ChangeAsync(Preferences.IdOf(uid), found => Decide(choose(found)), cancellation);
            if (changed is not null) return changed;
            var first = Decide(choose(Preferences.None(uid))).Answer;
            if (await _preferences.AddAsync(first, cancellation)) return first;
        }
    }

    /// <inheritdoc/>
    public string Section => "preferences";

    /// <inheritdoc/>
    public async IAsyncEnumerable<JsonObject> ExportAsync(string uid, [EnumeratorCancellation] CancellationToken cancellation)
    {
        if (await _preferences.FindAsync(Preferences.IdOf(uid), cancellation) is not { } chosen) yield break;
        yield return new JsonObject
        {
            ["language"] = chosen.Language, ["timeZone"] = chosen.TimeZone, ["autoTranslate"] = chosen.AutoTranslate, ["changedOn"] = chosen.ChangedOn / 1000,
        };
    }

    /// <inheritdoc/>
    public Task EraseAsync(string uid, DateTimeOffset before, CancellationToken cancellation) => _preferences.ChangeAsync(
        Preferences.IdOf(uid), found => new Decision<Preferences, Preferences>(found) { Delete = found.ChangedOn < before.ToUnixTimeMilliseconds() }, cancellation);

    private Decision<Preferences, Preferences> Decide(Preferences chosen)
    {
        var changed = chosen with { ChangedOn = time.GetUtcNow().ToUnixTimeMilliseconds() };
        return new(changed) { Change = changed };
    }
}
