using System.Collections.Frozen;

namespace ChaturMail.Core.Language.Safety;

/// <summary>Tells names of hosts from words with a dot in them.</summary>
internal static class Hosts
{
    // All country codes that IANA has delegated, and the generic domains that mail programs make links of and attackers buy. Those that
    // are missing are still seen behind a scheme, "www." or "@".
    private static readonly FrozenSet<string> TopLevel = ("""
        ac ad ae af ag ai al am ao aq ar as at au aw ax az ba bb bd be bf bg bh bi bj bm bn bo br bs bt bw by bz ca cc cd cf cg ch ci ck cl cm cn
        co cr cu cv cw cx cy cz de dj dk dm do dz ec ee eg er es et eu fi fj fk fm fo fr ga gd ge gf gg gh gi gl gm gn gp gq gr gs gt gu gw gy hk
        hm hn hr ht hu id ie il im in io iq ir is it je jm jo jp ke kg kh ki km kn kp kr kw ky kz la lb lc li lk lr ls lt lu lv ly ma mc md me mg
        mh mk ml mm mn mo mp mq mr ms mt mu mv mw mx my mz na nc ne nf ng ni nl no np nr nu nz om pa pe pf pg ph pk pl pm pn pr ps pt pw py qa re
        ro rs ru rw sa sb sc sd se sg sh si sk sl sm sn so sr ss st su sv sx sy sz tc td tf tg th tj tk tl tm tn to tr tt tv tw tz ua ug uk us uy
        uz va vc ve vg vi vn vu wf ws ye yt za zm zw
        com net org info biz name pro edu gov mil int aero coop museum jobs mobi travel tel cat asia post xxx arpa onion
        academy agency app art bank bar best bid blog build business buzz cam camp capital care cash casa casino center chat church city claims
        click cloud club codes coffee community company computer consulting contact cool credit cyou dad date dating deals delivery dev digital
        direct directory discount domains download earth education email energy engineering equipment estate events exchange expert express farm
        fashion finance financial fit flights foundation fun fund fyi gallery game games gift gives global gold golf group guide guru health help
        homes host hosting house icu immo inc ink institute international investments kim land law legal lgbt life limited link live loan loans
        lol love ltd management market marketing mba media meme men menu mom money monster mov name navy network news ninja one online ooo page
        partners party pay photo photos pics pictures pink place plus press productions promo properties pub quest racing realty rent repair
        report rest restaurant review reviews rip rocks run sale school science security services sex shop show site skin social software
        solutions space store stream studio style support surf systems tax taxi team tech technology tips today tools top town toys trade
        trading training tube university vacations vip vision vote voyage wang watch webcam website wedding wiki win wine work works world wtf
        xin xyz yoga zip zone example test invalid local internal lan
        рф бел срб укр мкд भारत 中国 中國 香港 台湾 公司 网络 한국 السعودية مصر امارات ایران
        """).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).ToFrozenSet(StringComparer.Ordinal);

    // Where a name of one letter is a site and no abbreviation such as "M.Sc", "B.Com" or "Ph.D".
    private static readonly FrozenSet<string> OfOneLetter =
        new[] { "t.me", "t.co", "x.com", "g.co", "z.com", "q.com", "b.link", "m.me", "u.nu", "v.gd", "i.re" }.ToFrozenSet(StringComparer.Ordinal);

    // Names of technology that happen to be sites of their vendor.
    private static readonly FrozenSet<string> Terms = new[] { "asp.net", "vb.net", "ado.net", "ml.net" }.ToFrozenSet(StringComparer.Ordinal);

    // Everybody has an address there, so it is nobody's own domain.
    private static readonly FrozenSet<string> Shared = ("""
        gmail.com googlemail.com outlook.com hotmail.com live.com msn.com yahoo.com yahoo.co.in yahoo.co.uk ymail.com icloud.com me.com mac.com
        aol.com proton.me protonmail.com gmx.de gmx.net gmx.com web.de t-online.de mail.com mail.ru yandex.ru yandex.com qq.com 163.com 126.com
        sina.com rediffmail.com zoho.com fastmail.com tutanota.com hey.com orange.fr free.fr laposte.net libero.it wp.pl naver.com github.io
        """).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).ToFrozenSet(StringComparer.Ordinal);

    /// <summary>The host that a folded run of letters, digits, hyphens and dots is or starts with, or null when it is none.</summary>
    public static string? In(string run)
    {
        var labels = run.Trim('.', '-', '_').Split('.');
        if (labels.Length < 2) return null;
        var last = -1;
        for (var i = 1; i < labels.Length; i++)
        {
            if (labels[i].Length > 1 && labels[i - 1].Length > 0 && IsTopLevel(labels[i])) last = i;
        }

        if (last < 0) return labels[0] == "www" && labels.Length > 2 ? string.Join('.', labels) : null;
        var host = string.Join('.', labels, 0, last + 1);
        if (Terms.Contains(host)) return null;
        return labels[last - 1].Length > 1 || last > 1 || OfOneLetter.Contains(host) ? host : null;
    }

    /// <summary>The domain after the @, when it is the recipient's own and not one that everybody has an address at; else null.</summary>
    public static string? OwnDomain(string address)
    {
        var plain = GivenText.Plain(address).Trim().TrimEnd('>', '.');
        var at = plain.LastIndexOf('@');
        if (at <= 0) return null;
        var host = plain[(at + 1)..];
        return host.Contains('.', StringComparison.Ordinal) && !Shared.Contains(host) ? host : null;
    }

    /// <summary>Whether the host is the domain or one below it.</summary>
    public static bool IsOf(string host, string domain) =>
        host == domain || (host.EndsWith(domain, StringComparison.Ordinal) && host[^(domain.Length + 1)] == '.');

    private static bool IsTopLevel(string label) => TopLevel.Contains(label) || label.StartsWith("xn--", StringComparison.Ordinal)
        || (label.Any(c => c is >= '\u0370' and <= '\u04FF') && TopLevel.Contains(Latin(label)));

    /// <summary>A label with the Greek and Cyrillic letters that look Latin made so (Unicode TR 39, confusables).</summary>
    private static string Latin(string label) => string.Concat(label.Select(c => c switch
    {
        'а' or 'α' => 'a',
        'с' or 'ϲ' => 'c',
        'е' => 'e',
        'і' or 'ι' => 'i',
        'ј' => 'j',
        'о' or 'ο' => 'o',
        'р' or 'ρ' => 'p',
        'ѕ' => 's',
        'т' or 'τ' => 't',
        'м' => 'm',
        'п' => 'n',
        'г' => 'r',
        'υ' or 'ц' => 'u',
        'у' => 'y',
        'х' or 'χ' => 'x',
        _ => c,
    }));
}
