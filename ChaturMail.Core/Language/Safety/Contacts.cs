namespace ChaturMail.Core.Language.Safety;

/// <summary>The links, addresses and handles in a folded text. Takes time linear in the text.</summary>
internal sealed class Contacts
{
    private static readonly string[] Code = ["javascript:", "vbscript:", "data:text", "data:image", "data:application"];

    private readonly List<(int Start, int End)> _taken = [];

    private Contacts() { }

    /// <summary>Links with their host, and what follows it: a path, or nothing.</summary>
    public HashSet<(string Host, string Path)> Links { get; } = [];

    /// <summary>Mail addresses, with the host after the @.</summary>
    public HashSet<(string Address, string Host)> Addresses { get; } = [];

    /// <summary>Names with an @ before them.</summary>
    public HashSet<string> Handles { get; } = [];

    /// <summary>What <paramref name="plain"/> holds.</summary>
    /// <param name="plain">A text folded by <see cref="GivenText.Plain"/>.</param>
    public static Contacts In(string plain)
    {
        var found = new Contacts();
        found.FindSchemes(plain);
        found.FindAddresses(plain);
        found.FindHosts(plain);
        return found;
    }

    private void FindSchemes(string text)
    {
        foreach (var code in Code)
        {
            if (text.Contains(code, StringComparison.Ordinal)) Links.Add((code, ""));
        }

        if (text.Contains(@"\\", StringComparison.Ordinal)) Links.Add((@"\\", ""));
        for (var at = text.IndexOf("://", StringComparison.Ordinal); at >= 0;)
        {
            var end = EndOfLink(text, at + 3);
            if (end > at + 3)
            {
                AddLink(text[(at + 3)..end]);
                _taken.Add((at, end));
            }

            at = text.IndexOf("://", Math.Max(end, at + 3), StringComparison.Ordinal);
        }
    }

    private void FindAddresses(string text)
    {
        var (links, taken) = (_taken.Count, 0);
        for (var at = text.IndexOf('@'); at >= 0; at = text.IndexOf('@', at + 1))
        {
            while (taken < links && _taken[taken].End <= at) taken++;
            if (taken < links && _taken[taken].Start <= at) continue;
            var (start, end) = (at, at + 1);
            while (start > 0 && (IsHostPart(text[start - 1]) || text[start - 1] is '%' or '+')) start--;
            while (end < text.Length && IsHostPart(text[end])) end++;
            var host = text[(at + 1)..end].Trim('.', '-', '_');
            if (host.Length == 0) continue;
            if (start < at) Addresses.Add((text[start..(at + 1)].TrimStart('.', '-', '_') + host, host));
            else if (host.Length > 2 && char.IsLetter(host[0])) Handles.Add(host);
            else continue;
            _taken.Add((start, end));
        }

        _taken.Sort();
    }

    private void FindHosts(string text)
    {
        var taken = 0;
        for (var dot = text.IndexOf('.'); dot >= 0;)
        {
            var (start, end) = (dot, dot + 1);
            while (start > 0 && IsHostPart(text[start - 1])) start--;
            while (end < text.Length && IsHostPart(text[end])) end++;
            while (taken < _taken.Count && _taken[taken].End <= dot) taken++;
            var isTaken = taken < _taken.Count && _taken[taken].Start <= dot;
            if (!isTaken && Hosts.In(text[start..end]) is { } host)
            {
                var name = text.IndexOf(host, start, StringComparison.Ordinal);
                var stop = name + host.Length;
                if (stop < text.Length && text[stop] is '/' or ':' or '?' or '#') stop = EndOfLink(text, stop);
                AddLink(text[name..stop]);
                end = Math.Max(end, stop);
            }

            dot = text.IndexOf('.', end);
        }
    }

    private void AddLink(string link)
    {
        var end = link.AsSpan().IndexOfAny('/', '?', '#');
        var host = end < 0 ? link : link[..end];
        var rest = end < 0 ? "" : link[end..].TrimEnd('/');
        // What stands before an @ is for show: the link leads to the host behind it (RFC 3986, section 7.6).
        Links.Add(host.Contains('@', StringComparison.Ordinal) ? (host[(host.LastIndexOf('@') + 1)..], host + rest) : (host.TrimEnd('.', ':'), rest));
    }

    private static int EndOfLink(string text, int start)
    {
        var end = start;
        while (end < text.Length && !char.IsWhiteSpace(text[end]) && text[end] is not ('<' or '>' or '"' or '`' or '|' or '{' or '}' or '\\' or '«' or '»')) end++;
        while (end > start && text[end - 1] is '.' or ',' or ';' or ':' or '!' or '?' or ')' or ']' or '\'' or '*' or '_' or '।' or '。') end--;
        return end;
    }

    private static bool IsHostPart(char c) => char.IsLetterOrDigit(c) || c is '-' or '.' or '_';
}
