
namespace Router.Host.Serving.Wire;

/// <summary>A body as it came: JSON, and the bytes of tensors behind it.</summary>
internal readonly ref struct BodyParts(ReadOnlySpan<byte> body, int jsonLength)
{
    /// <summary>JSON in UTF-8.</summary>
    public ReadOnlySpan<byte> Json { get; } = body[..jsonLength];

    /// <summary>What follows it.</summary>
    public ReadOnlySpan<byte> Tensors { get; } = body[jsonLength..];
}
