namespace ChaturMail.Core.Accounts;

/// <summary>What others see of a user.</summary>
/// <param name="Uid">The user's id.</param>
/// <param name="Name">May be empty, and is for an account that is gone.</param>
/// <param name="Picture">Address of a picture; may be empty.</param>
public sealed record Person(string Uid, string Name, string Picture);

/// <summary>Looks up what others see of users. Whether they may see it is the caller's to know.</summary>
public sealed class People(UserCache users)
{
    /// <summary>Each of the users; those who are gone with an empty name.</summary>
    public async Task<IReadOnlyDictionary<string, Person>> FindAsync(IEnumerable<string> uids, CancellationToken cancellation)
    {
        var people = new Dictionary<string, Person>();
        foreach (var uid in uids)
        {
            if (people.ContainsKey(uid)) continue;
            var user = await users.FindAsync(uid, cancellation);
            people.Add(uid, new Person(uid, user?.Name ?? "", user?.Picture ?? ""));
        }

        return people;
    }
}
