using System.Globalization;
using System.Text;
using System.Text.Json;
using ChaturMail.Core.Language.Composer;

namespace ChaturMail.Benchmarks.Fuzz;

/// <summary>Bodies of requests: right ones, and what can be done to them.</summary>
internal sealed class BodyFuzz(SeededChoice choice, IReadOnlyList<string> ids)
{
    // Texts that some reader, store, renderer or prompt could take for more than text. As they stand in JSON.
    private static readonly string[] Strings =
    [
        "\"\"", "\" \"", "\"\\u0000\"", "\"a\\u0000b\"", "\"\\u202Egnp.exe\"", "\"\\u200B\\u200B\"", "\"\\uFEFF\"", "\"\\uDB40\\uDC41\"", "\"\\uD800\"", "\"\\uDC00\\uD800\"",
        "\"\\uFFFF\"", "\"\\u0001\\u001F\\u007F\\u0085\"", "\"' OR '1'='1\"", "\"'; DROP TABLE users; --\"", "\"%' ESCAPE '\\\\\"", "\"{\\\"$ne\\\":null}\"", "\"$where\"",
        "\"../../../../etc/passwd\"", "\"..\\\\..\\\\windows\\\\win.ini\"", "\"file:///etc/passwd\"", "\"{{7*7}}\"", "\"${7*7}\"", "\"<%= 7*7 %>\"", "\"#{7*7}\"", "\"@(7*7)\"",
        "\"{0}{1}{999999}\"", "\"%s%s%s%n\"", "\"<script>alert(1)</script>\"", "\"javascript:alert(1)\"", "\"a\\r\\nSet-Cookie: a=b\"", "\"a@b.example\\r\\nBcc: c@d.example\"",
        "\"=cmd|' /C calc'!A0\"", "\"http://169.254.169.254/latest/meta-data/\"", "\"\\uD83D\\uDC69\\u200D\\uD83D\\uDC69\\u200D\\uD83D\\uDC67\"", "\"\\u0130\\u0131\\u00DF\\uFB03\"",
        "\"Z\\u0351\\u036B\\u0343\\u036A\\u0302\\u036B\\u033D\\u034F\"", "\"(a+)+$\"", "\"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!\"", "\"000000000000000000000000\"",
        "\"ffffffffffffffffffffffff\"", "\"0\"", "\"-1\"", "\"9223372036854775808\"", "\"1e999\"", "\"NaN\"", "\"true\"", "\"null\"", "\"undefined\"", "\"9999-12-31T23:59:60Z\"",
        "\"dev:fuzz@example.com\"", "\"eyJhbGciOiJub25lIn0.eyJ1aWQiOiJ4In0.\"", "\"....\"", "\"AAAA.BBBB.CCCC.DDDD.EEEE\"", "\"xn--a\"", "\"@\"", "\"a@\"", "\"a@b@c\"",
    ];

    private static readonly string[] Values =
    [
        "null", "true", "false", "0", "-0", "-1", "1", "1.5", "1e3", "1e400", "-1e400", "1E-400", "2147483648", "9007199254740993", "9223372036854775807",
        "9223372036854775808", "-9223372036854775809", "123456789012345678901234567890", "0.1000000000000000055511151231257827", "[]", "{}", "[[]]", "[null]", "[\"\"]", "[{}]",
        "{\"$ne\":null}", "{\"$gt\":\"\"}", "{\"$where\":\"sleep(1000)\"}", "{\"$regex\":\".*\"}", "{\"a\":{\"a\":{}}}", "[1,\"a\",null,true]", "{\"__proto__\":{\"admin\":true}}",
        "{\"length\":-1}", "[\"a\",\"a\"]",
    ];

    private static readonly string[] Tokens =
    [
        "NaN", "Infinity", "-Infinity", "undefined", "'a'", "01", "+1", ".5", "1.", "1e", "0x10", "tru", "nul", "\"", "\"\\x41\"", "\"\\u12\"", "\"a\nb\"", "\"\t\"", "/**/1", "// c", "#", "{", "[", "]", "}", ",", ":",
    ];

    private static readonly byte[][] InvalidUtf8 =
    [
        [0xC0, 0xAF], [0xE0, 0x80, 0xAF], [0xED, 0xA0, 0x80], [0xED, 0xB0, 0x80], [0xF0, 0x80, 0x80, 0xAF], [0xF4, 0x90, 0x80, 0x80], [0xF8, 0x88, 0x80, 0x80, 0x80], [0x80], [0xFF],
        [0xFE, 0xFF], [0xE2, 0x82], [0xC3],
    ];

    /// <summary>A body with which the route does its work, more often than not.</summary>
    public string Valid(FuzzRoute route) => Join(route.Fields.Where(_ => choice.Next(8) > 0).Select(field => (field.Name, ValidValue(field))));

    /// <summary>A body and what is wrong with it.</summary>
    public (string What, byte[] Body) Next(FuzzRoute route)
    {
        var valid = Valid(route);
        return choice.Next(12) switch
        {
            0 => ("valid", Utf8(valid)),
            1 => ("cut", Utf8(valid[..choice.Next(valid.Length)])),
            2 => ("token", Utf8(Replaced(route, Pick(Tokens)))),
            3 => ("string", Utf8(Replaced(route, Pick(Strings)))),
            4 or 5 => ("value", Utf8(Replaced(route, Pick(Values)))),
            6 => Structure(valid),
            7 => ("utf-8", Spliced(Utf8(valid), Pick(InvalidUtf8))),
            8 => ("bytes", Garbled(Utf8(valid))),
            9 => ("encoding", Encoded(valid)),
            10 => Nested(route),
            _ => ("long", Utf8(Replaced(route, Long()))),
        };
    }

    // Every field, or one of them, or one that does not exist.
    private string Replaced(FuzzRoute route, string value)
    {
        var one = route.Fields.Count == 0 || choice.Next(10) == 0 ? "unknownField" : Pick(route.Fields).Name;
        var all = choice.Next(6) == 0;
        var fields = route.Fields.Select(field => (field.Name, all || field.Name == one ? value : ValidValue(field))).ToList();
        if (one == "unknownField") fields.Add((one, value));
        return Join(fields);
    }

    private (string, byte[]) Structure(string valid) => choice.Next(14) switch
    {
        0 => ("empty", []),
        1 => ("two documents", Utf8(valid + valid)),
        2 => ("comment", Utf8("/* a */" + valid)),
        3 => ("trailing comma", Utf8(valid[..^1] + ",}")),
        4 => ("array", Utf8("[" + valid + "]")),
        5 => ("null", Utf8("null")),
        6 => ("scalar", Utf8(Pick(Values))),
        7 => ("same fields twice", Utf8(valid.Length > 2 ? valid[..^1] + "," + valid[1..] : "{\"a\":1,\"a\":2}")),
        8 => ("many fields", Utf8("{" + string.Join(',', Enumerable.Range(0, 5000).Select(i => string.Create(CultureInfo.InvariantCulture, $"\"f{i}\":{i}"))) + "}")),
        9 => ("blanks", Utf8(new string(' ', 200_000) + valid)),
        10 => ("form", Utf8("subject=a&keywords=b&id=1")),
        11 => ("xml", Utf8("<?xml version=\"1.0\"?><!DOCTYPE a [<!ENTITY b SYSTEM \"file:///etc/passwd\">]><a>&b;</a>")),
        12 => ("case", Utf8(valid.ToUpperInvariant())),
        _ => ("escaped names", Utf8(valid.Replace("\"i", "\"\\u0069", StringComparison.Ordinal).Replace("\"s", "\"\\u0073", StringComparison.Ordinal))),
    };

    private (string, byte[]) Nested(FuzzRoute route)
    {
        var depth = Pick<int>([15, 16, 17, 64, 1000, 10_000, 100_000]);
        var (open, close) = choice.Next(2) == 0 ? ("[", "]") : ("{\"a\":", "}");
        var closed = choice.Next(3) > 0 && depth < 60_000;
        var deep = Repeat(open, depth) + (closed ? (open == "[" ? "" : "1") + Repeat(close, depth) : "");
        return ("nested", Utf8(choice.Next(2) == 0 ? deep : Replaced(route, deep)));
    }

    private string Long()
    {
        var length = Pick<int>([64, 65, 100, 101, 200, 201, 255, 256, 320, 321, 1000, 1001, 4096, 4097, 8192, 8193, 20_000, 20_001, 65_536, 200_000]);
        var unit = Pick<string>(["a", "a ", "a,", "\u00E9", "\u20AC", "\uD83D\uDE00", "\\n", "1 ", "a\u0301", "{a}", "https://a.example/ "]);
        return "\"" + Repeat(unit, length / Math.Max(1, unit.Length)) + "\"";
    }

    private byte[] Encoded(string valid) => choice.Next(5) switch
    {
        0 => [0xEF, 0xBB, 0xBF, .. Utf8(valid)],
        1 => Encoding.Unicode.GetBytes(valid),
        2 => Encoding.BigEndianUnicode.GetBytes(valid),
        3 => Encoding.UTF32.GetBytes(valid),
        _ => [0x1F, 0x8B, 0x08, 0x00, .. Utf8(valid)],
    };

    private byte[] Spliced(byte[] body, byte[] what)
    {
        var at = choice.Next(body.Length);
        return [.. body[..at], .. what, .. body[at..]];
    }

    private byte[] Garbled(byte[] body)
    {
        for (var i = choice.Next(4); i >= 0; i--) body[choice.Next(body.Length)] = (byte)choice.Next(256);
        return body;
    }

    private string ValidValue(FuzzField field) => field.Name switch
    {
        "id" => "\"" + Pick(ids) + "\"",
        "promptId" => Pick<string>(["\"1\"", "\"2\"", "\"3\"", "\"4\""]),
        "email" => "\"fuzz-other@example.com\"",
        "idToken" => "\"dev:fuzz-other@example.com\"",
        "toEmail" => "\"maria.lopez@northwind.example\"",
        "keywords" => "\"annual leave, handover to Priya\"",
        "tone" => Pick<string>(["\"formal\"", "\"friendly\"", "\"neutral\""]),
        "length" => "\"short\"",
        "language" => "\"en\"",
        "rewrite" => Pick<string>(["\"shorten\"", "\"formalize\"", "\"translate:de\""]),
        "model" => "\"composer\"",
        "guidance" => "\"Ask {client} to pay. Firm and short.\"",
        "placeholders" => field.Type == "array" ? "[\"client\"]" : "{}",
        "variants" or "limit" => "2",
        "updatedAfter" => "1700000000",
        "cursor" or "search" or "context" or "signature" => Pick<string>(["null", "\"a\""]),
        "example" => "null",
        _ => field.Type switch
        {
            "integer" or "number" => "1",
            "boolean" => "false",
            "array" => "[]",
            "object" => "{}",
            _ => "\"A text of some length\"",
        },
    };

    private T Pick<T>(IReadOnlyList<T> items) => items[choice.Next(items.Count)];

    private static string Join(IEnumerable<(string Name, string Value)> fields) =>
        "{" + string.Join(',', fields.Select(field => JsonSerializer.Serialize(field.Name) + ":" + field.Value)) + "}";

    private static string Repeat(string text, int count) => new StringBuilder(text.Length * count).Insert(0, text, count).ToString();

    private static byte[] Utf8(string text) => Encoding.UTF8.GetBytes(text);
}
