namespace ChaturMail.Core.Content;

/// <summary>Something that operators published while the product runs. It stands beside what is shipped, or in its place.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Id">Tells it from others of its kind; a template's or a tutorial's id.</param>
/// <param name="Data">Its text as it was published; empty when only what is shipped under the id was withdrawn, or there is none any more.</param>
/// <param name="Withdrawn">True when it is not offered any more.</param>
/// <param name="UpdatedOn">When it last changed, Unix seconds; rises with every change.</param>
/// <param name="Version">1 at first, one more with every change.</param>
public sealed record ContentEntry(ContentKind Kind, string Id, string Data, bool Withdrawn, long UpdatedOn, long Version)
{
    /// <summary>The most entries of a kind. Every process holds all of them in its memory.</summary>
    public const int MostOfAKind = 200;

    /// <summary>The id of the only entry of its kind: <see cref="ContentKind.Banner"/>.</summary>
    public const string BannerId = "banner";
}

/// <summary>Kinds of published content. The numbers are stored.</summary>
public enum ContentKind
{
    /// <summary>A template; data is the text of a file of templates.</summary>
    Prompt = 0,

    /// <summary>A tutorial; data is the text of a file of tutorials.</summary>
    Tutorial = 1,

    /// <summary>The banner; data is a PNG in base64, empty for none.</summary>
    Banner = 2,
}
