using Microsoft.Extensions.Logging;

namespace ChaturMail.Core;

/// <summary>Logs exceptions without their text, which may quote what a user wrote.</summary>
public static class Faults
{
    /// <summary>Logs what happened, and of the exception its type and its stack.</summary>
    /// <param name="what">A sentence without anything of a user's: ids of jobs, routes.</param>
    public static void LogFault(this ILogger log, Exception fault, string what) =>
        log.LogError("{What}: {Type} {Stack}", what, fault.GetType().FullName, fault.StackTrace);
}
