using Microsoft.Extensions.Hosting;

namespace ChaturMail.Cloud;

/// <summary>
/// Where the adapters plug in whose packages not every feed carries. Only this project may name those packages.
/// None is in this version yet.
/// </summary>
public static class CloudAdapters
{
    /// <summary>Adds the store of this name; false when there is none of it.</summary>
    public static bool TryAddStore(IHostApplicationBuilder builder, string name) => false;
}
