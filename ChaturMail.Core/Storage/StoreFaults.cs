namespace ChaturMail.Core.Storage;

/// <summary>How to tell that the store is away from a fault of the program.</summary>
/// <param name="IsOutage">True for an exception by which the store's driver says that it cannot be reached, or cannot write.</param>
public sealed record StoreFaults(Func<Exception, bool> IsOutage);
