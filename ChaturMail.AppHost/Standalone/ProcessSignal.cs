using System.Diagnostics;
using System.Runtime.InteropServices;

namespace ChaturMail.AppHost.Standalone;

/// <summary>Asks a process to stop, which <see cref="Process"/> cannot: it only knows how to kill.</summary>
public static class ProcessSignal
{
    private const int SigTerm = 15;

    /// <summary>Sends SIGTERM; on Windows, which has none, ends the process. Does nothing to one that is gone.</summary>
    public static void Terminate(Process process)
    {
        try
        {
            if (process.HasExited) return;
            if (OperatingSystem.IsWindows()) process.Kill(entireProcessTree: true);
            else _ = Kill(process.Id, SigTerm);
        }
        catch (InvalidOperationException)
        {
            // It ended between the question and the signal.
        }
    }

    [DllImport("libc", EntryPoint = "kill", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Kill(int pid, int signal);
}
