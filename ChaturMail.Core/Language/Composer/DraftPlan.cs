namespace ChaturMail.Core.Language.Composer;

/// <summary>How an email is to be written.</summary>
/// <param name="Tone">The tone that was asked for, or null for the template's own.</param>
/// <param name="Fit">How far the tone's own sentences go with the occasion.</param>
/// <param name="Reply">A sentence that thanks for the mail that is answered, or an empty string.</param>
/// <param name="Measure">How much to say.</param>
internal sealed record DraftPlan(ToneStyle? Tone, ToneFit Fit, string Reply, DraftMeasure Measure)
{
    /// <summary>The tone, where its own sentences are to be said.</summary>
    public ToneStyle? Spoken => Fit == ToneFit.None ? null : Tone;

    /// <summary>Sentences of the tone that may follow the opening.</summary>
    public IReadOnlyList<Frame> ToneAfter => Spoken is null ? [] : Fit == ToneFit.Full ? Spoken.After : Spoken.MildAfter;

    /// <summary>Sentences of the tone that may stand before the end.</summary>
    public IReadOnlyList<Frame> ToneFill => Spoken is null ? [] : Fit == ToneFit.Full ? Spoken.Fill : Spoken.MildFill;
}

/// <summary>How far a tone goes with an occasion.</summary>
internal enum ToneFit
{
    /// <summary>Its words alone: nobody is enthusiastic at a funeral.</summary>
    None,

    /// <summary>In mild sentences.</summary>
    Mild,

    /// <summary>All of it.</summary>
    Full,
}

/// <summary>How much is said around the user's facts, most first.</summary>
internal enum DraftMeasure
{
    /// <summary>Fuller than usual.</summary>
    Ample,

    /// <summary>As long as the template is by itself.</summary>
    Usual,

    /// <summary>Without courtesies, and keywords joined.</summary>
    Brief,

    /// <summary>The shortest sentences.</summary>
    Terse,

    /// <summary>The facts in one sentence.</summary>
    Bare,
}
