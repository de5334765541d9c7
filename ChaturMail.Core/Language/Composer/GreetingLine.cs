using System.Collections.Frozen;
using System.Globalization;

namespace ChaturMail.Core.Language.Composer;

/// <summary>Makes the first line out of the recipient's address.</summary>
internal static class GreetingLine
{
    private static readonly FrozenDictionary<string, string> Boxes = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase)
    {
        ["Dear HR Team,"] = "hr humanresources people hrteam",
        ["Dear Hiring Team,"] = "careers career jobs job talent hiring recruitment recruiting recruiter recruiters apply applications staffing",
        ["Hello everyone,"] = "all everyone everybody group company list members community subscribers readers newsletter volunteers",
        ["Dear Team,"] = "team staff equipe employees colleagues crew dev devs engineering marketing design product ops operations equipo",
        ["Dear Students,"] = "students student class",
        ["Dear Guests,"] = "guests guest",
        ["Dear Friends,"] = "friends family",
        ["Dear Parents,"] = "parents",
        ["Dear Customer,"] = "customer customers client clients kunden kunde user users buyer clientes",
        ["Dear Support Team,"] = "support help helpdesk service customerservice customercare care servicedesk",
        ["Dear IT Support Team,"] = "itsupport ithelp it ithelpdesk",
        ["Dear Accounts Team,"] = "accounts accounting billing finance invoices payments payroll ar ap buchhaltung",
        ["Dear Sales Team,"] = "sales orders",
        ["Hello,"] = "manager boss supervisor lead ceo cto cfo coo cio director president owner office.director principal dean chairman admissions registrar landlord returns complaints legal press reception records facilities recruit office info hello hi contact mail email admin administrator noreply no-reply donotreply postmaster webmaster root test inquiries enquiries general me you user1 sir madam someone example name donor feedback homeowner",
        ["Dear Reservations Team,"] = "reservations reservation booking bookings",
        ["Dear Purchasing Team,"] = "purchase purchasing procurement",
        ["Dear Editor,"] = "editor",
    }.SelectMany(line => line.Value.Split(' ').Select(box => (box, line.Key))).ToFrozenDictionary(pair => pair.box, pair
        => pair.Key, StringComparer.OrdinalIgnoreCase);

    private static readonly FrozenDictionary<string, string> Titles = new Dictionary<string, string>
    {
        ["prof"] = "Professor",
        ["professor"] = "Professor",
        ["dr"] = "Dr.",
        ["doctor"] = "Dr.",
        ["mr"] = "Mr.",
        ["aunt"] = "Aunt",
        ["uncle"] = "Uncle",
        ["mrs"] = "Mrs.",
        ["ms"] = "Ms.",
    }.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);

    /// <summary>The formal greeting for whoever reads it.</summary>
    public const string ToNobody = "Dear Sir or Madam,";

    private const int LongestName = 80;

    /// <summary>The greeting for a request: the recipient's name where one is given, else what the address tells, in the tone that was asked for.</summary>
    public static string For(ModelRequest request, ComposerScript script, ToneStyle? tone)
    {
        var isWarm = tone is null ? script.IsWarm : tone.Greeting == "Hi";
        if (Given(request.Options.RecipientName) is { Length: > 0 and <= LongestName } name)
            return Known(name, tone?.Greeting ?? (isWarm ? "Hi" : "Dear"));
        var line = For(request.ToEmail, isWarm, script.IsHiring);
        if (tone is null) return line;
        var isBox = Boxes.Values.Contains(line) || line == "Dear Hiring Team,";
        if (tone.IsFormal) return line is "Hello," ? ToNobody : line is "Hello everyone," ? "Dear all," : line;
        if (isWarm) return line == "Hello everyone," ? "Hi everyone," : isBox && line.EndsWith("Team,", StringComparison.Ordinal) ? "Hi" + line[4..] : line;
        return tone.Greeting == "Hello" && !isBox && line.StartsWith("Dear ", StringComparison.Ordinal) && !IsTitled(line[5..^1]) && !line.EndsWith(" Family,", StringComparison.Ordinal)
            ? "Hello" + line[4..] : line;
    }

    /// <summary>A name is used as it is given, but for a greeting that came with it.</summary>
    private static string Given(string? name)
    {
        var clean = Words.Clean(name ?? "");
        var first = clean.Split(' ')[0].TrimEnd(',').ToLowerInvariant();
        return first is "dear" or "hi" or "hello" or "hey" && clean.Contains(' ', StringComparison.Ordinal) ? clean[(clean.IndexOf(' ', StringComparison.Ordinal) + 1)..].Trim() : clean;
    }

    private static string Known(string name, string greeting)
    {
        if (IsTitled(name)) return $"Dear {name},";
        if (greeting != "Hi") return $"{greeting} {name},";
        // The first name of somebody with two; "Marketing Team" has none.
        var parts = name.Split(' ');
        var isPerson = parts.Length == 2 && parts.All(p => p.Length > 1 && char.IsUpper(p[0]) && p.Skip(1).All(c => char.IsLower(c) || c is '-' or '\''))
            && !parts.Any(p => Boxes.ContainsKey(p) || (p.IsOrdinary() && !p.Is(WordClass.Names)));
        return $"Hi {(isPerson ? parts[0] : name)},";
    }

    private static bool IsTitled(string name) => name.Contains(' ', StringComparison.Ordinal) && Titles.ContainsKey(name.Split(' ')[0].TrimEnd('.'));

    /// <summary>The greeting for any text, which need not be an address.</summary>
    /// <param name="isHiring">Whether the email is about a job with the recipient, so that the HR team is the hiring team.</param>
    public static string For(string toEmail, bool isWarm, bool isHiring)
    {
        var line = For(toEmail, isWarm);
        return isHiring && line == "Dear HR Team," ? "Dear Hiring Team," : line;
    }

    private static string For(string toEmail, bool isWarm)
    {
        var at = toEmail.IndexOf('@', StringComparison.Ordinal);
        if (at < 0 && Words.Clean(toEmail).Contains(' ', StringComparison.Ordinal)) return Generic(isWarm);
        var local = (at < 0 ? toEmail : toEmail[..at]).Trim().Trim('<', '"', '\'');
        local = local.Split('+')[0];
        var squeezed = local.Replace("-", "", StringComparison.Ordinal).Replace("_", "", StringComparison.Ordinal).Replace(".",
            "", StringComparison.Ordinal);
        if (Boxes.TryGetValue(squeezed, out var box) || Boxes.TryGetValue(local, out box)) return Box(box, isWarm);
        var parts = local.Split(['.', '_', '-'], StringSplitOptions.RemoveEmptyEntries).ToList();
        while (parts.Count > 1 && parts[^1].All(char.IsDigit)) parts.RemoveAt(parts.Count - 1);
        if (parts.Count is 0 or > 4 || parts.Any(p => p.Length > 20 || !IsLetters(p))) return Generic(isWarm);
        if (parts is ["family", { Length: > 2 } surname]) return $"Dear {Name(surname)} Family,";
        if (Boxes.TryGetValue(parts[^1], out box) || Boxes.TryGetValue(parts[0], out box)) return Box(box, isWarm);
        return Titled(parts) ?? Named(parts, isWarm);
    }

    private static string Box(string line, bool isWarm) => line is "Hello," ? Generic(isWarm) : line;

    private static string Generic(bool isWarm) => isWarm ? "Hi," : "Hello,";

    private static string? Titled(List<string> parts)
    {
        if (!Titles.TryGetValue(parts[0], out var title) || parts.Count < 2 || parts[^1].Length < 2) return null;
        return $"Dear {title} {string.Join(' ', parts.Skip(1).Select(Name))},";
    }

    private static string Named(List<string> parts, bool isWarm)
    {
        // "tickets@" is a desk and not a person.
        if (parts.Count == 1) return parts[0].Length < 3 || !HasVowel(parts[0]) || (NounReader.IsNounLike(parts[0]) && !parts[0].Is(WordClass.Names))
            ? Generic(isWarm) : $"{(isWarm ? "Hi" : "Dear")} {Name(parts[0])},";
        if (!parts.Any(p => p.Length > 1 && HasVowel(p))) return Generic(isWarm);
        return isWarm && parts[0].Length > 2 ? $"Hi {Name(parts[0])}," : $"Dear {string.Join(' ', parts.Select(Name))},";
    }

    private static bool IsLetters(string part) => part.All(c => char.IsLetter(c) || c is '\''
        || CharUnicodeInfo.GetUnicodeCategory(c) is UnicodeCategory.NonSpacingMark);

    private static bool HasVowel(string part) => part.Any(c => c > 0x7F || "aeiouyAEIOUY".Contains(c));

    private static string Name(string part) => part.Length == 1
        ? char.ToUpperInvariant(part[0]) + "." : char.ToUpperInvariant(part[0]) + part[1..].ToLowerInvariant();
}
