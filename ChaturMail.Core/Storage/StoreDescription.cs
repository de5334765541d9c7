namespace ChaturMail.Core.Storage;

/// <summary>What the rest of the program may know of the store that was chosen.</summary>
/// <param name="Name">For the start message: its kind and place, without a secret.</param>
/// <param name="IsOutage">True for an exception by which the store's driver says that it cannot be reached, or cannot write.</param>
public sealed record StoreDescription(string Name, Func<Exception, bool> IsOutage);
