using System.Buffers;
using System.Text.Json;
using System.Text.Json.Serialization;
using ChaturMail.Api.Http;

namespace ChaturMail.Api.Realtime;

/// <summary>What a method of the hub answers: the envelope of the route that it mirrors.</summary>
/// <param name="Json">UTF-8.</param>
[JsonConverter(typeof(Converter))]
public sealed record LiveAnswer(ReadOnlyMemory<byte> Json)
{
    /// <summary>The envelope of an answer.</summary>
    public static LiveAnswer Of(IResult answer)
    {
        var json = new ArrayBufferWriter<byte>();
        Reply.WriteTo(json, answer);
        return new LiveAnswer(json.WrittenMemory);
    }

    private sealed class Converter : JsonConverter<LiveAnswer>
    {
        public override LiveAnswer Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => throw new NotSupportedException();

        public override void Write(Utf8JsonWriter writer, LiveAnswer value, JsonSerializerOptions options) =>
            writer.WriteRawValue(value.Json.Span, skipInputValidation: true);
    }
}
