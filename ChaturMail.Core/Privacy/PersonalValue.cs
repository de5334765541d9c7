using System.Globalization;

namespace ChaturMail.Core.Privacy;

/// <summary>How stored numbers are shown to the person whom they are about.</summary>
public static class PersonalValue
{
    /// <summary>A day as <c>yyyy-MM-dd</c>.</summary>
    /// <param name="number">Its <see cref="DateOnly.DayNumber"/>.</param>
    public static string Day(long number) => DateOnly.FromDayNumber((int)number).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    /// <summary>The word for a choice; the number itself where there is none.</summary>
    public static string Choice(PersonalField field, long number) =>
        number >= 0 && number < field.Choices.Count ? field.Choices[(int)number] : number.ToString(CultureInfo.InvariantCulture);
}
