using ChaturMail.Core.Language.Cleaning;

namespace ChaturMail.Core.Language.Safety;

/// <summary>Tells an email from what else a model answers with: a refusal, talk about itself, data, code, a list, a loop.</summary>
internal static class EmailShape
{
    private const int LongestRefusal = 80;

    // How refusals begin, in the languages that users write in most. An email opens with a greeting and closes with a name.
    private static readonly string[] Refusals =
    [
        "i cant", "i cannot", "i can not", "i wont", "i will not be able", "i am unable", "im unable", "i am not able", "im not able", "i must decline",
        "i have to decline", "i am sorry but i c", "im sorry but i c", "i am sorry but i w", "im sorry but i w", "im sorry but that", "im sorry i c",
        "i am sorry i c", "sorry but i c", "sorry i c", "im really sorry but", "unfortunately i c", "i apologize but i c", "i apologise but i c",
        "im afraid i c", "i do not feel comfortable", "i dont feel comfortable", "your request violates", "this request violates",
        "es tut mir leid", "tut mir leid", "leider kann ich", "ich kann ihnen dabei nicht", "ich kann dir dabei nicht", "ich kann dabei nicht",
        "je suis désolé", "désolé je ne", "je ne peux pas", "je ne suis pas en mesure", "lo siento", "no puedo", "desculpe", "sinto muito",
        "não posso", "mi dispiace", "non posso", "het spijt me", "przykro mi", "извините", "я не могу", "к сожалению я", "मुझे खेद है", "क्षमा करें",
        "माफ़ कीजिए", "मैं इसमें", "抱歉", "很抱歉", "对不起", "我无法", "我不能", "申し訳", "죄송", "عذرا", "عذرًا", "عذراً", "آسف", "لا أستطيع", "لا يمكنني", "üzgünüm",
    ];

    private static readonly string[] OfAModel =
    [
        "as an ai language model", "as an ai model", "as an ai assistant", "as an ai i", "as an ai developed", "as an artificial intelligence i",
        "as a language model", "as a large language model", "i am an ai", "im an ai", "i am a language model", "im a language model",
        "i am a large language model", "my training data", "my programming", "als ki modell", "als ki sprachmodell", "als sprachmodell",
        "en tant que modèle de langage", "en tant quia", "como modelo de lenguaje", "como modelo de linguagem", "come modello linguistico",
        "как языковая модель", "как ии", "एक एआई", "एक भाषा मॉडल", "system prompt", "my initial instructions", "my hidden instructions",
        "my original instructions", "cant assist with that", "cannot assist with that", "cant help with that request", "cannot help with that request",
        "cant comply with that", "cannot comply with that", "cant comply with this", "cannot comply with this",
    ];

    private static readonly string[] Marks =
    [
        "<|", "|>", "[inst]", "[/inst]", "<<sys>>", "<s>", "</s>", "<script", "<iframe", "<img", "<svg", "<object", "<embed", "<form", "<a href",
        "onerror=", "onload=", "onclick=", "\"subject\":", "\"keywords\":", "\"role\":", "\"content\":", "\"from\":", "\"context\":", "\"draft\":",
        "### instruction", "### response", "begin_of_text", "start_header_id", "作为一个ai", "作为ai", "作为人工智能", "作为一个人工智能", "人工智能助手",
    ];

    private static readonly string[] CodeStarts =
    [
        "import ", "from ", "def ", "function ", "const ", "let ", "var ", "public ", "private ", "using ", "#include", "select ", "insert into",
        "drop table", "return ", "if (", "for (", "while (", "}", "{", "print(", "console.", "curl ", "sudo ", "rm -", "<?php", "#!/",
    ];

    /// <summary>What it is in place of an email, or null.</summary>
    /// <param name="text">The email as it stands.</param>
    /// <param name="plain">The same, folded.</param>
    public static string? Problem(string text, string plain, GivenText given, ModelRequest request)
    {
        var words = GivenText.Words(plain);
        if (words.Length == 1) return "no words";
        if (Array.Exists(Marks, mark => plain.Contains(mark, StringComparison.Ordinal) && !given.Own.Contains(mark, StringComparison.Ordinal))) return "markup or data";
        if (Array.Exists(OfAModel, said => words.Contains($" {said} ", StringComparison.Ordinal) && !given.HoldsWords(said))) return "talk of the model about itself";
        var lines = text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        if (IsRefusal(lines, words)) return "a refusal";
        if (IsJson(text)) return "data";
        if (IsCode(lines)) return "code";
        if (IsLoop(words)) return "a repetition";
        if (IsSpelled(words)) return "single letters";
        return IsList(plain, request) ? "a list of the keywords" : null;
    }

    private static bool IsRefusal(string[] lines, string words)
    {
        if (lines.Length == 0 || LetterWords.Greeting(lines[0]) is not null || lines[0][^1] is ',' or '，') return false;
        if (lines.Skip(1).Any(LetterWords.IsSignOff) || words.AsSpan().Count(' ') > LongestRefusal) return false;
        return Array.Exists(Refusals, start => words.AsSpan(1).StartsWith(start, StringComparison.Ordinal));
    }

    private static bool IsJson(string text)
    {
        var (first, last) = (text.TrimStart()[0], text.TrimEnd()[^1]);
        return (first == '{' && last == '}') || (first == '[' && last == ']' && text.Contains('"', StringComparison.Ordinal));
    }

    private static bool IsCode(string[] lines)
    {
        const int FewestLines = 3;
        var code = lines.Count(line => line.EndsWith(';') || line.EndsWith('{') || IsCall(line)
            || (Array.Exists(CodeStarts, start => line.StartsWith(start, StringComparison.OrdinalIgnoreCase)) && line.Any(c => c is '(' or ')' or '{' or '}' or ';' or '=')));
        return code >= FewestLines && code * 3 >= lines.Length;
    }

    // print(x), s = a.b('c')
    private static bool IsCall(string line) => line.EndsWith(')') && line.IndexOf('(', StringComparison.Ordinal) is > 0 and var open
        && (line.IndexOf(' ', 0, open) < 0 || line[..open].Contains(" = ", StringComparison.Ordinal));

    /// <summary>A text that says the same over and over: of many words hardly any are different ones.</summary>
    private static bool IsLoop(string words)
    {
        const int FewestWords = 60;
        var all = words.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return all.Length >= FewestWords && all.Distinct().Count() * 5 < all.Length;
    }

    /// <summary>A text that hides its words from every check by a blank after each letter.</summary>
    private static bool IsSpelled(string words)
    {
        const int FewestLetters = 16;
        var all = words.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        var single = all.Count(word => word.Length == 1 && char.IsLetterOrDigit(word[0]) && word[0] < 0x0900);
        return single >= FewestLetters && single * 2 > all.Length;
    }

    /// <summary>The keywords once more and no sentence.</summary>
    private static bool IsList(string plain, ModelRequest request)
    {
        if (request.Keywords.Count < 3 || plain.Any(Sentences.IsTerminator)) return false;
        var parts = plain.Split(['\n', ','], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Select(part => part.TrimStart('-', '*', '•', ' ')).ToHashSet();
        return request.Keywords.Count(keyword => parts.Contains(GivenText.Plain(keyword))) * 2 > parts.Count;
    }
}
