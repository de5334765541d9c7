namespace ChaturMail.Core.Storage.Sqlite;

internal static partial class SqliteSchema
{
    private const string Messages =
        """
        SELECT 1;
        """;
}
